import { knownText } from '../value.ts';
import { drain } from '../redirects.ts';
import type { Call, Done } from '../simple.ts';
import { readKnownFile } from '../files.ts';
import { texts } from './paths.ts';

/** Lines of a text; a last line without its newline counts. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

export function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** What a filter reads: its file operands, else its input. Undefined when a part of it is unknown. */
export function inputOf(call: Call, files: readonly string[]): string | undefined {
  if (files.length === 0) return knownText(call.input());
  let whole = '';
  for (const file of files) {
    const text = file === '-' ? knownText(drain(call.redirected.input ?? call.state.input)) : readKnownFile(file, call.frame, call.state);
    if (text === undefined) return undefined;
    whole += text;
  }
  return whole;
}

export function cat(call: Call): Done | undefined {
  const args = texts(call);
  if (!args) return undefined;
  if (args.length === 0) return { out: call.input(), status: 0 };
  if (args.some((arg) => arg.startsWith('-') && arg !== '-')) return undefined;
  const text = inputOf(call, args);
  return text === undefined ? undefined : { out: text, status: 0 };
}

/** Copies its input on, also to its files (whose effects are told elsewhere). */
export function tee(call: Call): Done {
  return { out: call.input(), status: 0 };
}

export function head(call: Call): Done | undefined {
  const asked = counted(call, 10);
  return asked && !asked.sign ? { out: joined(asked.lines.slice(0, asked.count)), status: 0 } : undefined;
}

export function tail(call: Call): Done | undefined {
  const asked = counted(call, 10);
  if (!asked) return undefined;
  return { out: joined(asked.sign === '+' ? asked.lines.slice(Math.max(0, asked.count - 1)) : asked.count === 0 ? [] : asked.lines.slice(-asked.count)), status: 0 };
}

function counted(call: Call, usual: number): { readonly count: number; readonly sign: string; readonly lines: readonly string[] } | undefined {
  const args = texts(call);
  if (!args) return undefined;
  let count = usual;
  let sign = '';
  const files: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const value = arg === '-n' ? args[++at] : /^-n[-+]?\d+$/.test(arg) ? arg.slice(2) : /^-\d+$/.test(arg) ? arg.slice(1) : undefined;
    if (value !== undefined) {
      const number = /^([-+]?)(\d+)$/.exec(value);
      if (!number || number[1] === '-') return undefined;
      sign = number[1]!;
      count = Number(number[2]);
    } else if (arg.startsWith('-')) return undefined;
    else files.push(arg);
  }
  const text = inputOf(call, files);
  return text === undefined ? undefined : { count, sign, lines: linesOf(text) };
}

export function tac(call: Call): Done | undefined {
  const args = texts(call);
  const text = args && inputOf(call, args);
  return text === undefined ? undefined : { out: joined([...linesOf(text)].reverse()), status: 0 };
}

export function wc(call: Call): Done | undefined {
  const args = texts(call);
  if (args?.length !== 1 || !/^-[lwc]$/.test(args[0]!)) return undefined;
  const text = knownText(call.input());
  if (text === undefined) return undefined;
  const count = args[0] === '-l' ? text.split('\n').length - 1 : args[0] === '-w' ? text.split(/\s+/).filter(Boolean).length : Buffer.byteLength(text);
  return { out: `${count}\n`, status: 0 };
}

export function uniq(call: Call): Done | undefined {
  const text = call.args.length === 0 ? knownText(call.input()) : undefined;
  return text === undefined ? undefined : { out: joined(linesOf(text).filter((line, at, all) => at === 0 || line !== all[at - 1])), status: 0 };
}

/** Only where every locale sorts alike: words of one case or numbers. */
export function sortLines(call: Call): Done | undefined {
  const args = texts(call);
  if (!args || !args.every((arg) => /^-(n|u|nu|un)$/.test(arg))) return undefined;
  const text = knownText(call.input());
  if (text === undefined) return undefined;
  const numeric = args.some((arg) => arg.includes('n'));
  const lines = linesOf(text);
  if (!lines.every((line) => (numeric ? /^\d{1,15}$/.test(line) : /^[a-z0-9]+$/.test(line)))) return undefined;
  const sorted = [...lines].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
  return { out: joined(args.some((arg) => arg.includes('u')) ? sorted.filter((line, at) => line !== sorted[at - 1]) : sorted), status: 0 };
}

export function cut(call: Call): Done | undefined {
  const args = texts(call);
  if (!args) return undefined;
  let delimiter = '\t';
  let list: string | undefined;
  let by: 'f' | 'c' | undefined;
  let onlyDelimited = false;
  const files: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const option = /^-([dfcb])(.*)$/s.exec(arg);
    if (option) {
      const value = option[2] !== '' ? option[2]! : args[++at];
      if (value === undefined) return undefined;
      if (option[1] === 'd') delimiter = value;
      else {
        by = option[1] === 'f' ? 'f' : 'c';
        list = value;
      }
    } else if (arg === '-s') onlyDelimited = true;
    else if (arg.startsWith('-')) return undefined;
    else files.push(arg);
  }
  const ranges = list === undefined ? undefined : rangesOf(list);
  const text = ranges && by && delimiter.length === 1 ? inputOf(call, files) : undefined;
  if (text === undefined || (by === 'c' && !/^[\x00-\x7f]*$/.test(text))) return undefined;
  const lines = linesOf(text).flatMap((line) => {
    if (by === 'c') return [[...line].filter((_, index) => ranges!(index + 1)).join('')];
    if (!line.includes(delimiter)) return onlyDelimited ? [] : [line];
    return [line.split(delimiter).filter((_, index) => ranges!(index + 1)).join(delimiter)];
  });
  return { out: joined(lines), status: 0 };
}

function rangesOf(list: string): ((number: number) => boolean) | undefined {
  const ranges: (readonly [number, number])[] = [];
  for (const part of list.split(',')) {
    const range = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!range || part === '' || part === '-') return undefined;
    const from = range[1] === '' ? 1 : Number(range[1]);
    ranges.push([from, range[2] === '' ? from : range[3] === '' ? Infinity : Number(range[3])]);
  }
  return (number) => ranges.some(([from, to]) => number >= from && number <= to);
}

/** `tr a b`, `tr -d`, `tr -s` with plain sets, ranges and the classes of case and digits. */
export function tr(call: Call): Done | undefined {
  const args = texts(call);
  if (!args) return undefined;
  const flags = args.filter((arg) => /^-[ds]+$/.test(arg)).join('').replaceAll('-', '');
  const [first, second, extra] = args.filter((arg) => !/^-[ds]+$/.test(arg)).map(setOf);
  const text = knownText(call.input());
  if (text === undefined || !first || extra || !/^[\x00-\x7f]*$/.test(text)) return undefined;
  if (flags === 'd' && !second) return { out: [...text].filter((char) => !first.includes(char)).join(''), status: 0 };
  if (flags === 's' && !second) return { out: [...text].filter((char, at, all) => char !== all[at - 1] || !first.includes(char)).join(''), status: 0 };
  if (flags !== '' || !second || second.length === 0) return undefined;
  return { out: [...text].map((char) => { const at = first.lastIndexOf(char); return at < 0 ? char : second[Math.min(at, second.length - 1)]!; }).join(''), status: 0 };
}

function setOf(text: string): string | undefined {
  let set = '';
  for (let at = 0; at < text.length; at++) {
    const named = /^\[:(upper|lower|digit|space):\]/.exec(text.slice(at));
    if (named) {
      set += named[1] === 'upper' ? 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' : named[1] === 'lower' ? 'abcdefghijklmnopqrstuvwxyz' : named[1] === 'digit' ? '0123456789' : '\t\n\v\f\r ';
      at += named[0].length - 1;
      continue;
    }
    let char = text[at]!;
    if (char === '\\') {
      const escaped = text[++at];
      const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
      if (escaped === undefined || !Object.hasOwn(known, escaped)) return undefined;
      char = known[escaped]!;
    } else if (text[at + 1] === '-' && text[at + 2] !== undefined) {
      const [from, to] = [char.charCodeAt(0), text.charCodeAt(at + 2)];
      if (to < from || to - from > 128) return undefined;
      for (let code = from; code <= to; code++) set += String.fromCharCode(code);
      at += 2;
      continue;
    } else if (char === '[' && /^\[[:=]/.test(text.slice(at))) return undefined;
    set += char;
  }
  return set;
}
