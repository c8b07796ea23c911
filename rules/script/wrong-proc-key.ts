import { slipOf } from '../../src/model/sysctl-slips.ts';
import { weakest } from '../../src/base/fact.ts';
import { scriptRule, type Fix, type Problem } from '../../src/lint/rule.ts';
import { effectsIn, inScript, startSteps, stopSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/wrong-proc-key',
  severity: 'error',
  title: 'Stop writes another kernel parameter than start.',
  needs: ['scripts'],
  docs: {
    what: 'Start and stop write the same group of kernel parameters, but one of them differs: stop writes ip_forward, say, where start wrote arp_announce. Or stop of a real server turns forwarding on, which start never wrote, and leaves an ARP setting of start as it is.',
    why: 'The parameter that was meant keeps the value of start, and one that nobody meant is changed: stop turns forwarding off for the whole host, or a device is left with settings that nobody looks for.',
    repair: 'Write the key of start: `echo 0 > /proc/sys/net/ipv4/conf/all/arp_announce`; better, leave the parameters alone on stop.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, ip_forward', quote: 'This variable is special, its change resets all configuration parameters to their default state' }],
  since: '0.1.0',
  *check({ script }) {
    const start = writes(startSteps(script));
    const stop = writes(stopSteps(script));
    yield* forwardingForArp(start, stop);
    if (start.size < 3 || stop.size < 3) return;
    const missing = [...start.keys()].filter((key) => !stop.has(key));
    const extra = [...stop.keys()].filter((key) => !start.has(key));
    const [meant] = missing;
    const [found] = extra;
    if (missing.length !== 1 || extra.length !== 1 || meant === undefined || found === undefined) return;
    // A name that the kernel does not have is told as such.
    if (slipOf(found) !== undefined) return;
    const step = stop.get(found)!;
    yield {
      at: step.at,
      note: `stop writes ${dotted(found)}, which start does not; start writes ${dotted(meant)}, which stop does not`,
      related: [{ at: start.get(meant)!.at, note: `${dotted(meant)} is written here` }],
      confidence: weakest(step.confidence, start.get(meant)!.confidence),
      ...fixOf(script, step, found, meant),
    };
  },
});

/** Parameters that a list of steps writes, each with the first command that does. */
function writes(steps: readonly Step[]): ReadonlyMap<string, Step> {
  const found = new Map<string, Step>();
  for (const { step, effect } of effectsIn(steps, 'sysctl')) if (effect.target === 'kernel' && effect.key !== undefined && !found.has(effect.key)) found.set(effect.key, step);
  return found;
}

function dotted(key: string): string {
  return key.replace(/\//g, '.');
}

function fixOf(script: Script, step: Step, found: string, meant: string): { readonly fix?: Fix } {
  const words = [...step.words, ...step.redirects.flatMap((redirect) => redirect.target ?? [])];
  for (const word of words) {
    if (!inScript(script, word.at)) continue;
    const raw = word.raw.replace(found, meant).replace(dotted(found), dotted(meant));
    if (raw !== word.raw) return { fix: { title: `write ${dotted(meant)}`, safe: false, edits: [{ at: word.at, text: raw }] } };
  }
  return {};
}

/** Stop of a real server turns forwarding on, of which start knows nothing, and leaves an ARP setting of start as it is: the line was meant for it. */
function* forwardingForArp(start: ReadonlyMap<string, Step>, stop: ReadonlyMap<string, Step>): Iterable<Problem> {
  const found = [...stop.keys()].find((key) => /^net\/ipv4\/(?:ip_forward|conf\/all\/forwarding)$/.test(key) && !start.has(key));
  const arp = (key: string): boolean => /\/arp_(?:ignore|announce)$/.test(key);
  const meant = [...start.keys()].find((key) => arp(key) && !stop.has(key));
  const step = found === undefined ? undefined : stop.get(found)!;
  if (!step || meant === undefined || stop.size >= 3 || ![...stop.keys()].some(arp) || !valueIsOn(step)) return;
  yield {
    at: step.at,
    note: `stop turns ${dotted(found!)} on, which start does not write; start writes ${dotted(meant)}, which stop does not`,
    related: [{ at: start.get(meant)!.at, note: `${dotted(meant)} is written here` }],
    confidence: weakest(weakest(step.confidence, start.get(meant)!.confidence), 'likely'),
  };
}

function valueIsOn(step: Step): boolean {
  return step.effects.some((effect) => effect.kind === 'sysctl' && effect.value === '1');
}
