import type { Span } from '../base/origin.ts';
import { lineAt } from '../base/text.ts';
import type { Effect, Script, Step } from '../model/script.ts';
import { effectsIn, inScript, onlyOnStop, placeOf, serviceName, startSteps, stopSteps } from '../model/timeline.ts';
import { beforeLine, indentOf, insertAbove, lineEnd, removeCommands, standsAlone } from './edits.ts';
import type { Edit, Fix } from './rule.ts';

type Sysctl = Extract<Effect, { readonly kind: 'sysctl' }>;
type Write = { readonly step: Step; readonly effect: Sysctl };

/**
 * Kernel parameters that stop resets are put back to what start found: start notes their values once, in a file that `sysctl -p` reads and that the next boot finds gone; stop loads it when the VIP is
 * away, and deletes it. Without a start that writes them, the resets are only taken out. `topic` keeps two such files of one script apart.
 */
export function putBack(script: Script, topic: string, resets: readonly Step[], concerns: (effect: Sysctl) => boolean): { readonly fix?: Fix } {
  const own = [...new Map(resets.filter((step) => inScript(script, step.at) && onlyOnStop(script, step) && step.effects.every((effect) => effect.kind === 'sysctl')).map((step) => [placeOf(step.at), step])).values()];
  if (own.length === 0) return {};
  const saved = `/var/run/${serviceName(script)}.${topic}`;
  const note = noteOf(script, saved, concerns);
  const load = note && loadOf(script, saved, own);
  if (load) return { fix: { title: 'put back what start found', safe: false, edits: [note, ...load] } };
  const edits = removeCommands(script.source, own.map(({ at }) => at));
  return { fix: { title: topic === 'arp' ? 'leave the ARP settings alone on stop' : 'leave forwarding as it is', safe: false, edits: edits as [Edit, ...Edit[]] } };
}

/** The line above the first write of start that notes what is there. */
function noteOf(script: Script, saved: string, concerns: (effect: Sysctl) => boolean): Edit | undefined {
  const writes: readonly Write[] = effectsIn(startSteps(script), 'sysctl').filter(({ effect }) => effect.target === 'kernel' && concerns(effect));
  const [first] = writes;
  if (!first || !writes.every(plain(script)) || !/^[\w.+-]+$/.test(serviceName(script))) return undefined;
  const at = first.step.loop ?? first.step.at;
  if (!opensLine(script, at)) return undefined;
  const keys = [...new Set(writes.map(({ effect }) => effect.key!.replace(/\//g, '.')))];
  return insertAbove(script.source, at.line, [`if [ ! -e ${saved} ]; then sysctl ${keys.join(' ')} > ${saved}; fi`]);
}

/** Written for certain, in the script itself, by a name that sysctl(8) reads as it stands. */
function plain(script: Script): (write: Write) => boolean {
  return ({ step, effect }) => step.confidence === 'certain' && !step.tested && inScript(script, step.at) && /^[\w/-]+$/.test(effect.key ?? '');
}

function opensLine(script: Script, at: Span): boolean {
  return inScript(script, at) && standsAlone(script.source, { ...at, endLine: at.line, endColumn: 1_000_000 });
}

/** The resets give way to one line, which stands behind the last command that takes an address away. */
function loadOf(script: Script, saved: string, resets: readonly Step[]): readonly [Edit, ...Edit[]] | undefined {
  const steps = stopSteps(script);
  const text = `if [ -e ${saved} ]; then sysctl -p ${saved} > /dev/null; rm -f ${saved}; fi`;
  const away = steps.findLastIndex((step) => step.effects.some((effect) => effect.kind === 'address' && effect.does !== 'add'));
  const places = new Set(resets.map((step) => placeOf(step.at)));
  const behind = steps.find((step, at) => at > away && places.has(placeOf(step.at)) && !step.tested && !step.loop && standsAlone(script.source, step.at));
  if (behind) return [{ at: behind.at, text }, ...removeCommands(script.source, resets.filter((step) => placeOf(step.at) !== placeOf(behind.at)).map(({ at }) => at))];
  const removal = steps[away];
  if (!removal || removal.loop || removal.tested || !inScript(script, removal.at) || !standsAlone(script.source, removal.at)) return undefined;
  if (lineAt(script.source, removal.at.endLine + 1) === '' && removal.at.endLine >= script.source.lineStarts.length) return undefined;
  return [{ at: beforeLine(script.source, removal.at.endLine + 1), text: `${indentOf(script.source, removal.at.line)}${text}${lineEnd(script.source)}` }, ...removeCommands(script.source, resets.map(({ at }) => at))];
}
