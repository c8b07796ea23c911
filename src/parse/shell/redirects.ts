import type { Redirection } from 'unbash';
import type { Redirect } from '../../model/script.ts';
import { expandHereDoc, expansion } from './expand.ts';
import { readKnownFile } from './files.ts';
import type { Frame } from './run.ts';
import type { Input, State } from './state.ts';
import { knownText, unknownText } from './value.ts';
import { expandOne, type Arg } from './words.ts';

/** Where a command's output goes: on as before, to a file, or to the error stream. */
export type Output = { readonly to: 'on' | 'error' | 'nowhere' } | { readonly to: 'file'; readonly target: Arg; readonly append: boolean };

export interface Redirected {
  readonly list: readonly Redirect[];
  readonly output: Output;
  readonly input: Input | undefined;
  /** `< /dev/tty`, `< file`. */
  readonly inputFile?: string;
  /** Some output goes to /dev/null. */
  readonly silenced: boolean;
}

const none: Redirected = { list: [], output: { to: 'on' }, input: undefined, silenced: false };

/** Expands the redirects of one command, left to right. */
export function expandRedirects(nodes: readonly Redirection[], frame: Frame, state: State): Redirected {
  if (nodes.length === 0) return none;
  const list: Redirect[] = [];
  let output: Output = { to: 'on' };
  let input: Input | undefined;
  let inputFile: string | undefined;
  let silenced = false;
  for (const node of nodes) {
    const at = frame.source.span(node.pos, node.end);
    const descriptor = node.descriptor?.type === 'FileDescriptor' ? node.descriptor.value : undefined;
    const operator = `${descriptor ?? ''}${node.operator}`;
    if (node.type === 'HereDoc') {
      const text = expandHereDoc(node.body, node.delimiter?.quoted ?? false, node.operator === '<<-', expansion(frame, state));
      if (!descriptor) input = { kind: 'text', text, at: 0 };
      list.push({ operator, at });
      continue;
    }
    const target = node.target && expandOne(node.target, frame, state);
    list.push(target ? { operator, target, at } : { operator, at });
    if (!target) continue;
    if (node.type === 'HereString') {
      if (!descriptor) input = { kind: 'text', text: `${target.partial}\n`, at: 0 };
      continue;
    }
    const read = node.operator === '<' || node.operator === '<>' || node.operator === '<&';
    if (read) {
      if (descriptor) continue;
      inputFile = target.partial;
      input = node.operator === '<&' ? { kind: 'unknown' } : fileInput(target, frame, state);
      continue;
    }
    if (target.text === '/dev/null') silenced = true;
    const duplicate = node.operator === '>&' && (/^\d+-?$|^-$/.test(target.partial));
    if (duplicate) {
      if (descriptor === undefined || descriptor === 1) output = target.text === '1' ? output : target.text === '2' ? { to: 'error' } : { to: 'nowhere' };
    } else if (node.operator === '&>' || node.operator === '&>>' || node.operator === '>&' || descriptor === undefined || descriptor === 1) {
      output = { to: 'file', target, append: node.operator.endsWith('>>') };
    }
  }
  return { list, output, input, silenced, ...(inputFile !== undefined && { inputFile }) };
}

function fileInput(target: Arg, frame: Frame, state: State): Input {
  const path = knownText(target.partial);
  if (path === '/dev/null') return { kind: 'text', text: '', at: 0 };
  if (path === '/dev/tty' || path === '/dev/console') return { kind: 'terminal' };
  const text = path === undefined ? undefined : readKnownFile(path, frame, state);
  return text === undefined ? { kind: 'unknown' } : { kind: 'text', text, at: 0 };
}

/** A compound command with redirects: they hold for all that runs in it. */
export function evaluateRedirected(nodes: readonly Redirection[], frame: Frame, state: State, body: (frame: Frame, state: State) => State | undefined): State | undefined {
  const redirected = expandRedirects(nodes, frame, state);
  const { input, output } = state;
  const { stdout: inherited, ...bare } = frame;
  let inner: Frame = { ...bare, silenced: frame.silenced || redirected.silenced };
  if (redirected.output.to === 'file') inner = { ...inner, stdout: { target: redirected.output.target, text: redirected.output.target.partial, append: redirected.output.append } };
  else if (redirected.output.to === 'on' && inherited) inner = { ...inner, stdout: inherited };
  if (redirected.input) state.input = redirected.input;
  if (redirected.output.to !== 'on') state.output = undefined;
  const end = body(inner, state);
  if (end && redirected.input) end.input = input;
  if (end && redirected.output.to !== 'on') end.output = output;
  return end;
}

/** Takes all that is left of an input. */
export function drain(input: Input): string {
  return input.kind === 'text' ? input.text.slice(input.at) : unknownText;
}
