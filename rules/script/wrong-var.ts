import { parseCidr } from '../../src/base/ip.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { addressWords } from '../../src/model/address-words.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/wrong-var',
  severity: 'error',
  title: 'A command gets the wrong variable as its address, or an address stands for a program.',
  needs: ['scripts'],
  docs: {
    what: 'A variable that holds the path of a program, the name of a device, a port or a scheduler stands where an address belongs: `route del $ipv` with ipv=/sbin/ipvsadm. Or the other way round: `$vip -A -t …` where `$ipv` was meant.',
    why: 'The command fails, and what it was to add or to remove stays as it was; its message is thrown away with the others.',
    repair: 'Write the variable that holds the address: `route del "$vip"`.',
    references: ['https://man7.org/linux/man-pages/man8/route.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'route(8), OPTIONS', quote: 'target the destination network or host. You can provide an addresses or symbolic network or host name.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script) || script.syntaxErrors.length > 0) return;
    const told = new Set<string>();
    for (const { step } of everyStep(script, (each) => inScript(script, each.at))) {
      const [command] = step.words;
      if (command?.text !== undefined && command.variables.length === 1 && /^["']?\$\{?\w+\}?["']?$/.test(command.raw) && parseCidr(command.text, 'host')) {
        yield { at: command.at, note: `the command is '${command.text}', an address, not a program`, confidence: step.confidence === 'possible' ? 'likely' : step.confidence };
        continue;
      }
      for (const { word, role } of addressWords(step)) {
        const name = word.variables[0];
        if (name === undefined || word.variables.length > 1 || word.text === undefined || !/^["']?\$\{?\w+\}?["']?$/.test(word.raw) || !isNoAddress(word.text)) continue;
        const key = `${step.at.line} ${name}`;
        if (told.has(key)) continue;
        told.add(key);
        const assigned = script.assignments.findLast((each) => each.name === name);
        yield { at: word.at, note: `${role} is '${word.text}', which is no address`, ...(assigned ? { related: [{ at: assigned.at, note: `'${name}' gets its value here` }] } : {}), confidence: step.confidence === 'possible' ? 'likely' : step.confidence };
      }
    }
  },
});

/** Values that can be neither an address nor a host's name: paths, devices, aliases, bare numbers, schedulers. */
function isNoAddress(text: string): boolean {
  if (text === '' || parseCidr(text, 'host')) return false;
  return /^\/[\w.-]+(?:\/[\w.-]+)+$/.test(text) || /^(?:eth|ens|enp|eno|em|bond|br|lo|tunl|dummy)\d*(?:s\d+)?(?:[:.]\d+)?$/.test(text) || /^\d{1,5}$/.test(text) || /^(?:rr|wrr|lc|wlc|lblc|lblcr|dh|sh|sed|nq)$/.test(text);
}
