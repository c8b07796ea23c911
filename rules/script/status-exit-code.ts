import { lineAt } from '../../src/base/text.ts';
import { indentOf, lineEnd, standsAlone } from '../../src/lint/edits.ts';
import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { actionNamed, concernsCluster, effectsIn, inScript, placeOf, timeline } from '../../src/model/timeline.ts';
import type { Action, Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/status-exit-code',
  severity: 'warning',
  title: 'Status exits with the same number whatever it finds.',
  needs: ['scripts'],
  docs: {
    what: 'The status action prints what it found, but ends with exit status 0 on every way through it, or with 3 on every way.',
    why: 'Monitoring, cluster managers and `systemctl status` read the number, not the text: they take a stopped service for a running one, so that nobody is called and nothing fails over; or a running one for a stopped one, and start it again and again.',
    repair: '`exit 3` where status says that it is not running (LSB: 0 running, 1 dead with a pid file, 2 dead with a lock file, 3 not running).',
    references: ['https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/iniscrptact.html'],
  },
  proof: [{ kind: 'manual', cite: 'LSB Core 5.0, 22.2 Init Script Actions', quote: 'If the status action is requested, the init script will return the following exit status codes. 0 program is running or service is OK … 3 program is not running' }],
  since: '0.1.0',
  *check({ script }) {
    const action = actionNamed(script, 'status');
    const steps = timeline(script, 'status');
    if (!action || !steps || action.steps.length === 0 || !script.service || !concernsCluster(script)) return;
    const always = action.exits?.length === 1 ? action.exits[0] : undefined;
    const running = always ? action.steps.find((step) => saysRunning(step)) : undefined;
    if (always && running && action.steps.some((step) => step.tested)) {
      yield { at: inScript(script, action.at) ? action.at : running.at, note: `status ends with ${always} on every way, also where it says ${quoted(running)}`, related: [{ at: running.at, note: `ends with ${always}` }], confidence: 'certain' };
      return;
    }
    // An exit before the dispatch (wrong use, not root) says nothing of what status finds.
    const counted = steps.slice(Math.max(0, steps.findIndex((step) => action.steps.includes(step))));
    if (effectsIn(counted, 'exit').some(({ effect }) => effect.code !== 0)) return;
    if (writtenExit(script, action)) return;
    const ends = endsOf(script, action, steps);
    if (ends.length === 0 || !ends.every(alwaysZero)) return;
    const at = inScript(script, action.at) ? action.at : ends[0]!.at;
    const stopped = ends.filter((step) => saysStopped(step));
    yield {
      at,
      note: `status ends with 0 on every way${stopped[0] ? `, also where it says ${quoted(stopped[0])}` : ''}`,
      related: ends.map((step) => ({ at: step.at, note: 'ends with 0' })),
      confidence: 'certain',
      ...fixOf(script, stopped, ends),
    };
  },
});

/** An exit that is written in the branch or in a function that it enters, though a test which is always false may keep it from being reached: that test is another fault. */
function writtenExit(script: Script, action: Action): boolean {
  const other = /\b(?:exit|return)[ \t]+["']?(?:\$|[1-9])/;
  const { source } = script;
  const body = (from: number, end: RegExp): string => {
    const rest = source.text.slice(source.lineStarts[from - 1] ?? 0);
    const stop = end.exec(rest);
    return rest.slice(0, stop ? stop.index : undefined);
  };
  if (inScript(script, action.at) && other.test(body(action.at.line, /^[^\n#]*;;/m))) return true;
  const entered = new Set(action.steps.map((step) => step.within));
  return [...script.functions].some(([name, at]) => entered.has(name) && inScript(script, at) && other.test(body(at.line, /^[ \t]*\}/m)));
}

/** Commands that end with 0 whatever they find. A listing of the table fails only where the kernel has none. */
function alwaysZero(step: Step): boolean {
  if (step.effects.some((effect) => effect.kind === 'exit')) return true;
  const name = nameOf(step);
  if (name === 'ipvsadm' && step.effects.length === 0) return step.words.some((word) => /^(?:-[lL]\w*|--list)$/.test(word.raw));
  // It lists nothing with 0, too; only a device that is not there fails, and lo always is.
  if (name === 'ip' && step.effects.length === 0 && step.words.some(({ raw }) => /^a(?:ddr(?:ess)?)?$/.test(raw)) && (step.words.some(({ raw }) => raw === 'lo') || !step.words.some(({ raw, variables }) => raw === 'dev' || variables.length > 0))) return step.words.length <= 2 || step.words.some(({ raw }) => /^(?:s|sh|show|l|ls|list)$/.test(raw));
  return /^(?:echo|printf|cat|true|:|echo_\w+|log_\w+|logger)$/.test(name) || step.effects.some((effect) => effect.kind === 'ipvs' && effect.does === 'list' && !step.words.some((word) => /^-(?:t|u|f)/.test(word.raw)));
}

/** Commands behind which the action may end: nothing but the end of bodies follows. What stands behind the dispatch ends every action; it must be one sure command. */
function endsOf(script: Script, action: Action, steps: readonly Step[]): readonly Step[] {
  const last = steps.at(-1)!;
  const own = new Set(action.steps.map((step) => placeOf(step.at)));
  if (!own.has(placeOf(last.at))) return last.confidence === 'certain' && !last.tested && last.within === undefined ? [last] : [];
  const found = new Map<string, Step>();
  for (const step of action.steps) if (!step.tested && (step === last || isTail(script, step))) found.set(placeOf(step.at), step);
  return [...found.values()];
}

function isTail(script: Script, step: Step): boolean {
  if (!inScript(script, step.at)) return true;
  const behind = lineAt(script.source, step.at.endLine).slice(step.at.endColumn - 1).replace(/^\s*;(?!;)/, '').trim();
  if (behind !== '' && !behind.startsWith('#')) return /^(?:;;|fi\b|else\b|elif\b|\})/.test(behind);
  for (let line = step.at.endLine + 1; line <= script.source.lineStarts.length; line++) {
    const text = lineAt(script.source, line).trim();
    if (text === '' || text.startsWith('#')) continue;
    return /^(?:;;|fi\b|else\b|elif\b|esac\b|done\b|\})/.test(text);
  }
  return true;
}

function saysStopped(step: Step): boolean {
  return /^(?:echo|printf)$/.test(nameOf(step)) && /stop|not\s+(?:be\s+)?(?:running|run|started|up|active)|isn'?t|inactive|\bdown\b|\bdead\b|停|未/i.test(text(step)) && !/\bnot\s+stopped/i.test(text(step));
}

function saysRunning(step: Step): boolean {
  return /^(?:echo|printf)$/.test(nameOf(step)) && /\b(?:running|started|active)\b|运行中|正在运行/i.test(text(step)) && !saysStopped(step) && !/\bnot\b|\bno\b/i.test(text(step));
}

/** The command that was meant, without the no-break spaces that a copied text puts in front of it. */
function nameOf(step: Step): string {
  if (!/[\u00a0\u3000]/.test(step.name ?? '')) return step.name ?? '';
  return meantWords(step)[0] ?? '';
}

function meantWords(step: Step): readonly string[] {
  return step.words.map((word) => word.raw.replace(/^[\u00a0\u3000]+/, '')).filter((raw) => raw !== '');
}

function text(step: Step): string {
  return meantWords(step).slice(1).join(' ');
}

function quoted(step: Step): string {
  const said = text(step).replace(/^-[en]+ /, '').replace(/^["']|["']$/g, '');
  return `'${said.length > 40 ? `${said.slice(0, 37)}...` : said}'`;
}

/** `exit 3` behind the message that it is stopped, where another way says otherwise. */
function fixOf(script: Script, stopped: readonly Step[], ends: readonly Step[]): { readonly fix?: Fix } {
  if (stopped.length === 0 || stopped.length === ends.length) return {};
  if (!stopped.every((step) => inScript(script, step.at) && step.within === undefined && step.loop === undefined && standsAlone(script.source, step.at))) return {};
  const edits = stopped.map((step): Edit => {
    const end = { ...step.at, line: step.at.endLine, column: step.at.endColumn };
    return { at: end, text: `${lineEnd(script.source)}${indentOf(script.source, step.at.line)}exit 3` };
  });
  return { fix: { title: 'exit with 3 where it is not running', safe: false, edits: edits as [Edit, ...Edit[]] } };
}
