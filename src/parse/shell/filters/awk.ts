import type { Call, Done } from '../simple.ts';
import { texts } from './paths.ts';
import { matchable, regexOf } from './regex.ts';
import { inputOf, joined, linesOf } from './text.ts';

/** `awk '{print $2}'` and its near kin: a field separator, one condition, `print` of fields and strings. */
export function awk(call: Call): Done | undefined {
  const args = texts(call);
  if (!args) return undefined;
  let separator: string | undefined;
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-F') separator = args[++at];
    else if (arg.startsWith('-F')) separator = arg.slice(2);
    else if (arg.startsWith('-')) return undefined;
    else operands.push(arg);
  }
  const [program, ...files] = operands;
  const understood = program === undefined ? undefined : programOf(program);
  const split = splitter(separator);
  const text = understood && split && inputOf(call, files);
  if (text === undefined) return undefined;
  const lines = linesOf(text);
  if (!matchable(lines)) return undefined;
  const out = lines.flatMap((line, index) => {
    const fields = split!(line);
    return understood!.when(line, index + 1, lines.length) ? [understood!.print(line, fields, index + 1)] : [];
  });
  return { out: joined(out), status: 0 };
}

function splitter(separator: string | undefined): ((line: string) => readonly string[]) | undefined {
  if (separator === undefined || separator === ' ') return (line) => line.split(/[ \t]+/).filter((field) => field !== '');
  if (separator.length === 1 && separator !== '\\') return (line) => (line === '' ? [] : line.split(separator));
  const set = /^\[([^\]^\\-]+)\]\+?$/.exec(separator);
  if (!set) return undefined;
  const regex = new RegExp(`[${set[1]!.replace(/[[\]\\^-]/g, '\\$&')}]${separator.endsWith('+') ? '+' : ''}`);
  return (line) => (line === '' ? [] : line.split(regex));
}

interface Program {
  when(line: string, number: number, count: number): boolean;
  print(line: string, fields: readonly string[], number: number): string;
}

function programOf(program: string): Program | undefined {
  const parts = /^\s*(?:NR\s*==\s*(\d+)|\/((?:[^/\\]|\\.)*)\/)?\s*\{\s*print\s*([^{};|>]*?)\s*;?\s*\}\s*$/.exec(program);
  if (!parts) return undefined;
  const regex = parts[2] === undefined ? undefined : regexOf(parts[2].replaceAll('\\/', '/'), 'extended');
  if (parts[2] !== undefined && !regex) return undefined;
  const number = parts[1] === undefined ? undefined : Number(parts[1]);
  const items = itemsOf(parts[3]!);
  if (!items) return undefined;
  return {
    when: (line, at) => (number === undefined || at === number) && (!regex || regex.test(line)),
    print: (line, fields, at) => items.map((group) => group.map((item) => item(line, fields, at)).join('')).join(' '),
  };
}

type Item = (line: string, fields: readonly string[], number: number) => string;

/** `$1, "text" $NF`: groups between commas, each joined without a space. */
function itemsOf(text: string): readonly (readonly Item[])[] | undefined {
  if (text === '') return [[(line) => line]];
  const groups: Item[][] = [[]];
  let rest = text;
  while (rest !== '') {
    const token = /^(?:\$(\d+)|\$NF(?!\w)|\$\(NF\s*-\s*(\d+)\)|"([^"\\]*)"|(NR)|(,))\s*/.exec(rest);
    if (!token) return undefined;
    const [whole, field, back, string, count, comma] = token;
    if (comma) groups.push([]);
    else {
      groups.at(-1)!.push((line, fields, number) => {
        if (string !== undefined) return string;
        if (count) return String(number);
        if (field !== undefined) return field === '0' ? line : (fields[Number(field) - 1] ?? '');
        return fields.at(-1 - Number(back ?? 0)) ?? '';
      });
    }
    rest = rest.slice(whole.length);
  }
  return groups;
}
