import { parseIp, type Ip } from '../../../base/ip.ts';
import type { Effect } from '../../../model/script.ts';
import type { Redirected } from '../redirects.ts';
import { isKnown, knownText } from '../value.ts';
import type { Arg } from '../words.ts';

/** A command line as a family of commands reads it. */
export interface Invocation {
  readonly name: string;
  /** The name and all words behind it, also those that expand to nothing. */
  readonly words: readonly Arg[];
  /** The words behind the name that the program gets. */
  readonly args: readonly Arg[];
  readonly redirected: Redirected;
  /** Standard input to its end, unknown parts marked. */
  input(): string;
  /** What it prints. */
  readonly out: string;
  /** A path made absolute, undefined when the folder is not known. */
  path(written: string): string | undefined;
  /** Text of a file of the host that stays as it is. */
  read(written: string): string | undefined;
  readonly subshell: boolean;
}

/** Turns a command line into what it does to the host; empty when it does nothing that the model knows. */
export type Understand = (call: Invocation) => readonly Effect[];

/** Words one after the other. A value may be a word that expands to nothing, where an option or a keyword may not: `-r $RIP` with RIP empty names no server. */
export interface Cursor {
  /** The next word that bash passes on. */
  next(): Arg | undefined;
  peek(): Arg | undefined;
  /** The next word even when it expands to nothing. */
  value(): Arg | undefined;
  /** The same without taking it. */
  peekValue(): Arg | undefined;
}

export function cursor(words: readonly Arg[]): Cursor {
  let at = 0;
  const skip = () => {
    while (words[at]?.gone) at++;
  };
  return {
    next() {
      skip();
      return words[at++];
    },
    peek() {
      let next = at;
      while (words[next]?.gone) next++;
      return words[next];
    },
    value: () => words[at++],
    peekValue: () => words[at],
  };
}

/** A known text of a word; undefined for an unknown one. */
export function textOf(arg: Arg | undefined): string | undefined {
  return arg && !arg.many ? knownText(arg.partial) : undefined;
}

/** The address that a word is, when it is known. */
export function ipOf(arg: Arg | undefined): Ip | undefined {
  const text = textOf(arg);
  return text === undefined ? undefined : parseIp(text);
}

/** Number that a word is. */
export function numberOf(arg: Arg | undefined): number | undefined {
  const text = textOf(arg);
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** Device and label of `eth0:1`. A label whose end is unknown is still an alias: its label is what is known of it. */
export function deviceOf(arg: Arg | undefined): { readonly device: string | undefined; readonly label?: string; readonly alias: boolean } {
  if (!arg || arg.many) return { device: undefined, alias: false };
  const colon = arg.partial.indexOf(':');
  const head = colon < 0 ? arg.partial : arg.partial.slice(0, colon);
  const device = head !== '' && isKnown(head) ? head : undefined;
  if (colon < 0) return { device, alias: false };
  return isKnown(arg.partial) ? { device, label: arg.partial, alias: true } : { device, alias: true };
}

/** Whether a word is an abbreviation of a keyword, as ip(8) takes them. */
export function abbreviates(word: string, keyword: string, least = 1): boolean {
  return word.length >= least && keyword.startsWith(word);
}

/** A word that stands in a file or in standard input instead of on the command line. */
export function plainArg(text: string, at: Arg['at']): Arg {
  return { raw: text, text: knownText(text), partial: text, quoted: true, variables: [], at, gone: false, many: false };
}
