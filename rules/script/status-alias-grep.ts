import { scriptRule, type Fix } from '../../src/lint/rule.ts';
import { concernsCluster, inScript, placeOf } from '../../src/model/timeline.ts';
import type { Script, Step, Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/status-alias-grep',
  severity: 'warning',
  title: 'A status looks for the VIP with a pattern that misses or mistakes it.',
  needs: ['scripts'],
  docs: {
    what: 'Status searches the routes for the name of an alias (`netstat -rn | grep lo:1`), or an address list for the bare VIP (`ifconfig lo:1 | grep $VIP`).',
    why: 'The kernel shows routes with the device, never with an alias: the search finds nothing on a host that serves. To grep a dot is any character and the pattern may stand anywhere, so that 10.0.0.1 is found in 10.0.0.10: the search finds something on a host that does not.',
    repair: '`ip -o addr show dev lo to VIP/32 | grep -q inet`, or at least `grep -qwF "$VIP"`.',
    references: ['https://man7.org/linux/man-pages/man8/ip-address.8.html', 'https://man7.org/linux/man-pages/man1/grep.1.html'],
  },
  proof: [{ kind: 'manual', cite: 'grep(1), REGULAR EXPRESSIONS', quote: 'The period . matches any single character.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    const told = new Set<string>();
    for (const action of script.actions.filter(({ name }) => name === 'status')) {
      for (const [at, step] of action.steps.entries()) {
        const place = placeOf(step.at);
        const slip = isGrep(step) && inScript(script, step.at) && !told.has(place) ? slipOf(script, step, feederOf(action.steps, at)) : undefined;
        if (!slip) continue;
        told.add(place);
        yield { at: step.at, note: slip.note, confidence: slip.sure ? 'certain' : 'likely', ...(slip.fix ? { fix: slip.fix } : {}) };
      }
    }
  },
});

const isGrep = (step: Step): boolean => /^[ef]?grep$/.test(step.name ?? '');

/** The command whose output a grep reads: the first before it on the same line that is no filter itself. */
function feederOf(steps: readonly Step[], at: number): Step | undefined {
  for (let back = at - 1; back >= 0; back--) {
    const step = steps[back]!;
    if (step.at.file !== steps[at]!.at.file || step.at.endLine < steps[at]!.at.line - 1) return undefined;
    if (!/^(?:[ef]?grep|awk|sed|cut|head|tail|tr|sort)$/.test(step.name ?? '')) return step;
  }
  return undefined;
}

function slipOf(script: Script, step: Step, feeder: Step | undefined): { readonly note: string; readonly sure: boolean; readonly fix?: Fix } | undefined {
  const pattern = patternOf(step);
  if (!feeder || !pattern) return undefined;
  const alias = /^([A-Za-z][\w.-]*):\w+$/.exec(pattern.text ?? '');
  if (alias && listsRoutes(feeder)) {
    const raw = pattern.raw.replace(pattern.text!, alias[1]!);
    const fix: Fix | undefined = pattern.raw !== raw && inScript(script, pattern.at) ? { title: `look for '${alias[1]}'`, safe: false, edits: [{ at: pattern.at, text: raw }] } : undefined;
    return { note: `'${pattern.text}' never stands in a list of routes: the kernel shows '${alias[1]}'`, sure: true, ...(fix ? { fix } : {}) };
  }
  // `grep "lo:0|grep $VIP"`: a quote that closes too late makes one pattern of two.
  const swallowed = /^[A-Za-z][\w.-]*:\w+[ \t]*\|[ \t]*[ef]?grep\b/.exec(pattern.text ?? pattern.raw.replace(/^["']/, ''));
  if (swallowed) return { note: `'${pattern.raw}' is one pattern: the pipe and the second grep stand within the quotes`, sure: true };
  if (!listsAddresses(feeder) || !isBareAddress(pattern) || step.words.some((word) => /^-[a-zA-Z]*[Fwx]/.test(word.raw) || /^--(?:fixed-strings|word-regexp|line-regexp)$/.test(word.raw)) || step.name === 'fgrep') return undefined;
  const quoted = pattern.quoted || pattern.variables.length === 0 ? pattern.raw : `"${pattern.raw}"`;
  const fix: Fix | undefined = inScript(script, pattern.at) ? { title: 'look for the address as a whole word', safe: true, edits: [{ at: pattern.at, text: `-wF ${quoted}` }] } : undefined;
  return { note: `'${pattern.raw}' is a pattern here: its dots match any character, and it is found in longer addresses too`, sure: false, ...(fix ? { fix } : {}) };
}

function patternOf(step: Step): Word | undefined {
  const words = step.words.slice(1);
  const named = words.findIndex((word) => word.raw === '-e' || word.raw === '--regexp');
  return named >= 0 ? words[named + 1] : words.find((word) => !word.raw.startsWith('-'));
}

/** A variable alone that holds an address (or may), or a written address. */
function isBareAddress(word: Word): boolean {
  if (word.text !== undefined) return /^(?:\d{1,3}\.){3}\d{1,3}$/.test(word.text) && (word.variables.length === 0 || /^"?\$\{?\w+\}?"?$/.test(word.raw));
  return /^"?\$\{?\w*vip\w*\}?"?$/i.test(word.raw);
}

function listsRoutes(step: Step): boolean {
  const words = step.words.map((word) => word.text ?? '');
  if (step.name === 'netstat') return words.some((word) => /^-\w*r/.test(word) || word === '--route');
  return (step.name === 'route' && !words.some((word) => word === 'add' || word === 'del')) || (step.name === 'ip' && words.some((word) => /^(?:r|ro|rou|rout|route)$/.test(word)));
}

function listsAddresses(step: Step): boolean {
  const words = step.words.map((word) => word.text ?? '');
  return step.name === 'ifconfig' || (step.name === 'ip' && words.some((word) => /^a(?:ddr(?:ess)?)?$/.test(word)) && !words.includes('to'));
}
