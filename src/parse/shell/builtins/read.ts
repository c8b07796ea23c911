import type { Effect } from '../../../model/script.ts';
import { fieldSeparators } from '../lookup.ts';
import type { Call, Done } from '../simple.ts';
import { scalar, setVariable, type Input, type State } from '../state.ts';
import { store, storeArray, storeUnknown } from '../store.ts';
import { isKnown, knownText, unknownText } from '../value.ts';

interface Asked {
  readonly names: readonly string[];
  readonly array: string | undefined;
  readonly raw: boolean;
  /** Something that changes where a line ends. */
  readonly odd: boolean;
  readonly descriptor: boolean;
}

function asked(call: Call): Asked {
  const names: string[] = [];
  let [raw, odd, descriptor] = [false, false, false];
  let array: string | undefined;
  for (let at = 0; at < call.args.length; at++) {
    const text = call.args[at]!.partial;
    const flags = /^-([A-Za-z]+)(.*)$/s.exec(text);
    if (!flags || names.length > 0) {
      if (text !== '--') names.push(text);
      continue;
    }
    for (const [index, flag] of [...flags[1]!].entries()) {
      if (flag === 'r') raw = true;
      else if (/[pPtnNdiau]/.test(flag)) {
        const glued = text.slice(index + 2);
        const value = glued !== '' ? glued : (call.args[++at]?.partial ?? '');
        if (flag === 'a') array = value;
        if (/[nNd]/.test(flag)) odd = true;
        if (flag === 'u') descriptor = true;
        break;
      }
    }
  }
  return { names, array, raw, odd, descriptor };
}

/** `read`: a line of known input is cut as bash would; at a terminal somebody must answer. */
export function read(call: Call): Done {
  const { state, redirected } = call;
  const want = asked(call);
  const names = want.array !== undefined ? [want.array] : want.names.length > 0 ? want.names : ['REPLY'];
  const input: Input = want.descriptor ? { kind: 'unknown' } : (redirected.input ?? state.input);
  const line = input.kind === 'text' && !want.odd ? nextLine(input.text, input.at, want.raw) : undefined;
  if (!line) {
    for (const name of names) storeUnknown(state, name);
    if (input.kind === 'text' && !redirected.input) state.input = { kind: 'unknown' };
    const effects: Effect[] = input.kind === 'terminal' ? [{ kind: 'prompt', variables: names.filter((name) => /^[A-Za-z_]\w*$/.test(name)) }] : [];
    return { status: undefined, doubt: 'ask', effects };
  }
  if (!redirected.input) state.input = { kind: 'text', text: (input as { text: string }).text, at: line.end };
  assignLine(line.text, names, want, state);
  return { status: line.whole ? 0 : 1 };
}

/** The next line with its escapes marked as taken: a backslash before a character that matters to IFS cannot be told, so such lines are unknown. */
function nextLine(text: string, at: number, raw: boolean): { readonly text: string; readonly end: number; readonly whole: boolean } | undefined {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  const line = text.slice(at, end);
  if (!isKnown(line) || (!raw && line.includes('\\'))) return undefined;
  return { text: line, end: newline < 0 ? end : end + 1, whole: newline >= 0 };
}

function assignLine(line: string, names: readonly string[], want: Asked, state: State): void {
  const separators = fieldSeparators(state);
  if (separators === undefined) return names.forEach((name) => storeUnknown(state, name));
  if (want.names.length === 0 && want.array === undefined) return store(state, 'REPLY', line);
  if (want.array !== undefined) {
    setVariable(state, want.array, undefined);
    return storeArray(state, want.array, cutLine(line, separators, Infinity).map((text) => ({ text })), false, false);
  }
  const fields = cutLine(line, separators, names.length);
  for (const [at, name] of names.entries()) if (/^[A-Za-z_]\w*$/.test(name)) store(state, name, fields[at] ?? '');
}

/** Cuts a line into at most `count` fields; the last one keeps what is left, without white space at its end. */
function cutLine(line: string, separators: string, count: number): readonly string[] {
  const white = (char: string | undefined) => char !== undefined && separators.includes(char) && /[ \t\n]/.test(char);
  const fields: string[] = [];
  let at = 0;
  while (white(line[at])) at++;
  while (at < line.length && fields.length < count - 1) {
    const start = at;
    while (at < line.length && !separators.includes(line[at]!)) at++;
    fields.push(line.slice(start, at));
    while (white(line[at])) at++;
    if (at < line.length && separators.includes(line[at]!) && !white(line[at])) {
      at++;
      while (white(line[at])) at++;
    }
  }
  if (at < line.length) fields.push(lastField(line.slice(at), separators, white));
  return fields;
}

function lastField(rest: string, separators: string, white: (char: string | undefined) => boolean): string {
  let end = rest.length;
  while (end > 0 && white(rest[end - 1])) end--;
  const text = rest.slice(0, end);
  // One delimiter at the end of an only field belongs to it and goes.
  const first = [...text].findIndex((char) => separators.includes(char));
  return first === text.length - 1 && first >= 0 ? text.slice(0, -1).replace(new RegExp('[ \\t\\n]+$'), (tail) => ([...tail].every(white) ? '' : tail)) : text;
}

/** `mapfile -t name`. */
export function mapfile(call: Call): Done {
  const names = call.args.filter((arg) => !arg.partial.startsWith('-'));
  const name = names.at(-1)?.partial ?? 'MAPFILE';
  const text = knownText(call.input());
  if (!/^[A-Za-z_]\w*$/.test(name)) return { status: undefined };
  setVariable(call.state, name, undefined);
  const trims = call.args.some((arg) => arg.partial === '-t');
  const lines = text === undefined ? [] : text === '' ? [] : text.replace(/\n$/, '').split('\n');
  storeArray(call.state, name, lines.map((line) => ({ text: trims ? line : `${line}\n` })), text === undefined || call.args.length > (trims ? 2 : 1), false);
  return { status: 0 };
}

/** `getopts letters name`: the script's options as its dispatch; without known arguments any letter may come. */
export function getopts(call: Call): Done {
  const { state, frame, args } = call;
  const letters = args[0] ? knownText(args[0].partial) : undefined;
  const name = args[1]?.partial;
  if (letters === undefined || name === undefined || !/^[A-Za-z_]\w*$/.test(name)) return { status: undefined, doubt: 'ask' };
  // Words that `set --` gave are not the script's own.
  const from = state.args.offset === undefined ? undefined : ({ by: 'argument', position: 'option', before: '', after: '' } as const);
  const vague = (): Done => {
    setVariable(state, name, scalar(unknownText, from));
    setVariable(state, 'OPTARG', scalar(unknownText));
    setVariable(state, 'OPTIND', scalar(unknownText));
    return { status: undefined, doubt: 'ask' };
  };
  const held = state.variables.get('OPTIND');
  const index = held?.kind === 'scalar' ? Number(held.text) : 1;
  if (args.length > 2 || !Number.isInteger(index)) return vague();
  const within = state.variables.get(' within');
  const offset = within?.kind === 'scalar' ? Number(within.text) : 1;
  const word = state.args.list[index - 1]?.text;
  if (word === undefined && state.args.open && frame.run.position !== 'option') return vague();
  if (word === undefined || !/^-./.test(word) || word === '--') {
    setVariable(state, name, scalar('?'));
    return { status: 1 };
  }
  if (!isKnown(word)) return vague();
  const letter = word[offset]!;
  const takes = letters.includes(`${letter}:`);
  const rest = word.slice(offset + 1);
  const known = letters.includes(letter) && letter !== ':';
  setVariable(state, name, known ? scalar(letter, from) : scalar('?', from));
  const advance = takes ? (rest === '' ? 2 : 1) : rest === '' ? 1 : 0;
  if (takes) setVariable(state, 'OPTARG', scalar(rest !== '' ? rest : (state.args.list[index]?.text ?? unknownText)));
  setVariable(state, 'OPTIND', scalar(String(index + advance)));
  setVariable(state, ' within', advance > 0 ? undefined : scalar(String(offset + 1)));
  return { status: 0 };
}
