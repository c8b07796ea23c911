import type { Span } from '../../base/origin.ts';
import { sourceText } from '../../base/text.ts';
import type { Effect } from '../../model/script.ts';
import { argumentsOf } from './call.ts';
import { isFunctionLibrary } from './environment.ts';
import { apart, evaluateList } from './evaluate.ts';
import { absolutePath } from './files.ts';
import { record } from './record.ts';
import { type Frame, maxCalls } from './run.ts';
import type { Call } from './simple.ts';
import { madeSource, shellSource, type ShellSource } from './source.ts';
import { mergeAll, scalar, setVariable, type State } from './state.ts';
import { isKnown, knownText, unknownText } from './value.ts';
import type { Arg } from './words.ts';

/** Commands that run other shell text: `.`, `eval`, `sh -c`, the script itself. Undefined: this is none of them. */
export function enter(call: Call, at: Span): { readonly state: State | undefined } | undefined {
  const { name, args, frame } = call;
  const [first] = args;
  if (name === '.' || name === 'source') return { state: sourceFile(call, at) };
  if (name === 'eval') return { state: evaluateText(call, at) };
  if (isShell(name) && first?.text === '-c' && args[1]) return { state: shellText(call, at, args[1], args.slice(2)) };
  const self = `/${frame.run.file}`;
  if (call.words[0]!.partial === self) return { state: selfCall(call, at, args) };
  if (isShell(name) && first?.partial === self) return { state: selfCall(call, at, args.slice(1)) };
  return undefined;
}

function isShell(name: string | undefined): boolean {
  return name === 'sh' || name === 'bash' || name === 'dash' || name === 'ash' || name === 'ksh';
}

function note(call: Call, at: Span, effects: readonly Effect[]): void {
  const { frame, state, name, wrappers, words, redirected } = call;
  record(frame, state, { at, name, wrappers, words, redirects: redirected.list, effects, silenced: redirected.silenced });
}

/** `. file`: evaluated where the tree holds it; else it may set anything, unless it is a function library. */
function sourceFile(call: Call, at: Span): State | undefined {
  const { args, frame, state } = call;
  const written = args[0] && knownText(args[0].partial);
  const path = written === undefined ? undefined : sourcePath(written, call);
  const found = path === undefined ? undefined : textOf(path, frame);
  note(call, at, [{ kind: 'source', path, found: found !== undefined }]);
  state.status = undefined;
  state.doubt = 'ask';
  if (path !== undefined && isFunctionLibrary(path)) return state;
  if (!found || frame.calls >= 12) {
    state.foreign = true;
    return state;
  }
  const returned: State[] = [];
  const outer = state.args;
  if (args.length > 1) state.args = argumentsOf(args.slice(1));
  if (found.tree.commands.length === 0) state.status = 0;
  state.doubt = undefined;
  const inner: Frame = { ...frame, source: found, calls: frame.calls + 1, ends: { ...frame.ends, returned } };
  const end = mergeAll([evaluateList(found.tree.commands, inner, state), ...returned]);
  if (end && args.length > 1) end.args = outer;
  return end;
}

/** bash looks for a name without a slash along PATH, then in the current folder; scripts mean the folder that they lie in. */
function sourcePath(written: string, call: Call): string | undefined {
  const { frame, state } = call;
  const absolute = absolutePath(written, state);
  if (absolute !== undefined) return absolute;
  const { file } = frame.run;
  const beside = absolutePath(`/${file.slice(0, file.lastIndexOf('/') + 1)}${written}`, state)!;
  return frame.run.files.read(beside.slice(1)).state === 'text' ? beside : written;
}

function textOf(path: string, frame: Frame): ShellSource | undefined {
  const { run } = frame;
  let source = run.sources.get(path);
  if (!source) {
    if (!path.startsWith('/')) return undefined;
    const read = run.files.read(path.slice(1));
    if (read.state !== 'text') return undefined;
    source = shellSource(sourceText(run.host, read.path, read.text));
    run.sources.set(path, source);
  }
  return source;
}

/** `eval text`: runs known text in place; unknown text may set any variable that nothing else sets. */
function evaluateText(call: Call, at: Span): State | undefined {
  const { args, frame, state } = call;
  note(call, at, []);
  const text = args.map((arg) => arg.partial).join(' ');
  if (args.some((arg) => arg.many) || !isKnown(text) || text.length > 10_000 || frame.calls >= maxCalls) {
    state.foreign = true;
    forgetNamed(text, state);
    if (/\bset\b/.test(text)) state.args = { list: [], open: true };
    state.status = undefined;
    state.doubt = 'ask';
    return state;
  }
  const source = madeSource(text, at);
  if (source.tree.commands.length === 0) state.status = 0;
  return evaluateList(source.tree.commands, { ...frame, source, calls: frame.calls + 1 }, state);
}

/** `eval VIP=\$VIP$i`: the name on the left is known even where its value is not. */
function forgetNamed(text: string, state: State): void {
  for (const match of text.matchAll(/(?:^|[\s;])([A-Za-z_]\w*)=/g)) setVariable(state, match[1]!, scalar(unknownText));
}

/** `sh -c text`: a shell of its own. */
function shellText(call: Call, at: Span, text: Arg, rest: readonly Arg[]): State | undefined {
  const { frame, state } = call;
  note(call, at, []);
  const known = knownText(text.partial);
  if (known === undefined || known.length > 10_000 || frame.calls >= 12) {
    state.status = undefined;
    state.doubt = 'ask';
    return state;
  }
  const source = madeSource(known, at);
  apart(frame, state, (inner, sub) => {
    sub.args = argumentsOf(rest.slice(1));
    return evaluateList(source.tree.commands, { ...inner, source, calls: frame.calls + 1 }, sub);
  });
  return state;
}

/** `$0 stop`: the script once more, with its variables fresh. Not followed where all branches are looked at anyway. */
function selfCall(call: Call, at: Span, args: readonly Arg[]): State | undefined {
  const { frame, state } = call;
  note(call, at, []);
  const { run } = frame;
  state.status = undefined;
  state.doubt = undefined;
  if (run.position === undefined || frame.calls >= 6) return state;
  const before = run.changes;
  apart(frame, state, (inner, sub) => {
    sub.variables = new Map();
    sub.shared = false;
    sub.functions = new Map();
    const own = argumentsOf(args);
    sub.args = { ...own, list: own.list.map((one, index) => scalar(one.text, { by: 'argument', position: index + 1, before: '', after: '' })) };
    return evaluateList(run.main.tree.commands, { ...inner, source: run.main, calls: frame.calls + 1 }, sub);
  });
  state.acted = run.changes > before;
  return state;
}
