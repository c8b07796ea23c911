import { lookAlike } from '../lines.ts';
import type { PiranhaWord } from './tokens.ts';
import type { Value } from './words.ts';

/** Why pulse refuses a statement, and with it the whole file. */
export interface Refusal {
  readonly word: PiranhaWord;
  /** What pulse expects in its place, as a clause: `a number is expected`. */
  readonly reason: string;
}

/** What is wrong with the words behind a statement's name, as the CHECK macros and get functions of `lvsconfig.c` see it. */
export function judgeValues(name: PiranhaWord, rest: readonly PiranhaWord[], value: Exclude<Value, 'name-block'>): Refusal | undefined {
  const [equals, ...values] = rest;
  if (!equals || equals.text !== '=') return { word: equals ?? name, reason: `a = with blanks around it is expected behind ${name.text}` };
  if (value === 'list') return values[0]?.text === '[' && values.some(({ text }) => text === ']') ? undefined : { word: values[0] ?? equals, reason: 'a list in [ ] is expected' };
  const count = value === 'host-device' ? 2 : 1;
  if (values.length < count) return { word: values.at(-1) ?? equals, reason: value === 'host-device' ? `an address and a device are expected behind ${name.text} =` : `a value is expected behind ${name.text} =` };
  const extra = values[count];
  if (extra) return { word: extra, reason: isComment(extra) ? 'a comment must have a line of its own' : `only ${count === 1 ? 'one word is' : 'two words are'} expected behind ${name.text} =${extra.quoted ? '' : ' (quotes make one of several)'}` };
  const [first] = values as [PiranhaWord];
  const expected = expectedIn(first.text, value);
  if (expected === undefined) return undefined;
  const odd = lookAlike(first.text);
  return { word: first, reason: `${expected} is expected${odd ? ` (${odd} only looks like ASCII)` : ''}` };
}

/** Whether a word begins what its author takes for a comment. */
export function isComment({ text, quoted }: PiranhaWord): boolean {
  return !quoted && /^(?:[#!;＃]|\/\/|<[!-])/.test(text);
}

/** What pulse expects in place of a word; undefined: it takes it. */
function expectedIn(text: string, value: Exclude<Value, 'name-block' | 'list'>): string | undefined {
  if (typeof value === 'object') return value.has(text) ? undefined : `one of ${[...value].join(', ')}`;
  switch (value) {
    case 'number':
      return numberOf(text) === undefined ? 'a number' : undefined;
    case 'boolean':
      return numberOf(text) === 0 || numberOf(text) === 1 ? undefined : '0 or 1';
    case 'port':
      // A name is looked up among the services of tcp.
      return numberOf(text) !== undefined || /^[A-Za-z][\w.+-]*$/.test(text) ? undefined : 'a port';
    case 'ip':
      return isIpv4(text) ? undefined : 'an IPv4 address';
    case 'host':
    case 'host-device':
      return isIpv4(text) || isName(text) ? undefined : 'an IPv4 address or a host name';
    default:
      return undefined;
  }
}

/** The number that `strtol(…, 0)` takes a word for, all of it. */
export function numberOf(text: string): number | undefined {
  const form = /^([+-]?)(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)$/i.exec(text);
  if (!form || form[2]!.length > 12) return undefined;
  const digits = form[2]!;
  const value = /^0x/i.test(digits) ? Number(digits) : digits.startsWith('0') ? Number.parseInt(digits, 8) : Number(digits);
  return form[1] === '-' && value !== 0 ? -value : value;
}

/** As inet_aton(3): one to four numbers, also octal and hexadecimal. */
function isIpv4(text: string): boolean {
  const parts = text.split('.');
  if (parts.length > 4) return false;
  return parts.every((part, index) => {
    const value = /^[+-]/.test(part) ? undefined : numberOf(part);
    return value !== undefined && value < (index < parts.length - 1 ? 256 : 256 ** (5 - parts.length));
  });
}

/** A name that might be looked up: letters in it, and nothing that no host name has. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(text) && /[A-Za-z]/.test(text);
}
