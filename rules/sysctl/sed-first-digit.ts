import { scriptRule } from '../../src/lint/rule.ts';
import { sysctlNumber, assignmentsOf } from '../../src/model/sysctl.ts';
import { everyStep, inScript } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'sysctl/sed-first-digit',
  severity: 'warning',
  title: 'A script lets sed replace the first digit of a sysctl file’s line, whatever it stands for.',
  needs: ['scripts'],
  docs: {
    what: 'A script changes a parameter in /etc/sysctl.conf by `sed -i "/KEY/s/0/1/"`: on every line that holds the key it replaces the first 0 by 1.',
    why: 'It hits comments that name the key, leaves alone a line that says `= 1` in some other form, turns `= 10` or `= 20` into something else, and does nothing at all where the key is not there: the script ends well and nothing was set. After a second run the first 0 may be another one.',
    repair: '`echo "net.ipv4.ip_forward = 1" > /etc/sysctl.d/90-lvs.conf`, a file of one’s own.',
    exceptions: 'A substitution that names key and value as a whole (`s/^net.ipv4.ip_forward.*/net.ipv4.ip_forward = 1/`) is left alone, and so is one that does what it is to do on the file that is here.',
    references: ['https://www.gnu.org/software/sed/manual/sed.html'],
  },
  proof: [{ kind: 'manual', cite: 'sed(1), s/regexp/replacement/', quote: 'Attempt to match regexp against the pattern space. If successful, replace that portion matched with replacement.' }],
  since: '0.1.0',
  *check({ script, host }) {
    for (const { step } of everyStep(script, ({ name }) => name === 'sed')) {
      const texts = step.words.map(({ text }) => text ?? '');
      const file = texts.find((text) => /^\/etc\/sysctl(?:\.conf$|\.d\/.+\.conf$)/.test(text));
      const command = texts.map((text) => /^\s*\/(?<key>[^/=]*(?:net|ip_forward|arp_|rp_filter|forwarding|redirects)[^/=]*)\/\s*s(?<mark>[^\w\s\\])(?<from>\d)\k<mark>(?<to>\d)\k<mark>[gI]*\s*$/.exec(text)?.groups).find((found) => found !== undefined);
      if (!command || file === undefined || !texts.some((text) => /^-[a-zA-Z]*i|^--in-place/.test(text)) || !inScript(script, step.at) || step.aside) continue;
      const { key: written = '', from, to } = command;
      const key = written.replace(/[\\^$]/g, '').trim();
      const lines = key.includes('.') ? assignmentsOf(host, key.replaceAll('.', '/')).filter((line) => line.by === 'config' && `/${line.at.file}` === file) : [];
      // Here it does what was meant, or nothing had to be done.
      const last = lines.at(-1);
      if (last && [from, to].includes(String(sysctlNumber(last.value)))) continue;
      yield { at: step.at, note: `replaces the first ${from} by ${to} on every line of ${file} that holds '${written}', also in comments${host.seen.has('sysctl') ? `; ${last ? `the line says ${last.value.trim()}` : 'no line sets it'}` : ', and sets nothing where there is none'}`, confidence: step.confidence === 'certain' ? (host.seen.has('sysctl') ? 'certain' : 'likely') : step.confidence };
    }
  },
});
