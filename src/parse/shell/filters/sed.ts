import type { Call, Done } from '../simple.ts';
import { texts } from './paths.ts';
import { matchable, regexOf } from './regex.ts';
import { inputOf, joined, linesOf } from './text.ts';

/** One command of a sed script. */
export interface SedCommand {
  readonly from?: number | RegExp;
  readonly to?: number | '$';
  readonly last?: boolean;
  readonly does: 's' | 'p' | 'd';
  readonly pattern?: RegExp;
  readonly replacement?: string;
  readonly all?: boolean;
  readonly print?: boolean;
}

/** sed over known text: substitutions, `d` and `p` with a number, `$` or a pattern in front. */
export function sed(call: Call): Done | undefined {
  const asked = sedArguments(texts(call));
  if (!asked || asked.inPlace) return asked?.inPlace ? { status: undefined } : undefined;
  const commands = sedCommands(asked.scripts, asked.extended);
  const text = commands && inputOf(call, asked.files);
  return text === undefined || !matchable(linesOf(text)) ? undefined : { out: joined(runSed(commands!, linesOf(text), asked.quiet)), status: 0 };
}

export interface SedArguments {
  readonly scripts: readonly string[];
  readonly files: readonly string[];
  readonly inPlace: boolean;
  readonly quiet: boolean;
  readonly extended: boolean;
}

/** The command line of sed, or undefined when a word of it is not known. */
export function sedArguments(args: readonly string[] | undefined): SedArguments | undefined {
  if (!args) return undefined;
  const scripts: string[] = [];
  const operands: string[] = [];
  let [inPlace, quiet, extended] = [false, false, false];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '-e' || arg === '--expression') {
      if (args[at + 1] === undefined) return undefined;
      scripts.push(args[++at]!);
    } else if (/^--expression=/.test(arg)) scripts.push(arg.slice(13));
    else if (/^(-i|--in-place)/.test(arg)) inPlace = true;
    else if (/^-[nrEsuz]+i?(\.\w+)?$/.test(arg)) {
      quiet ||= arg.includes('n');
      extended ||= /[rE]/.test(arg);
      inPlace ||= /i/.test(arg);
    } else if (arg === '--quiet' || arg === '--silent') quiet = true;
    else if (arg === '--regexp-extended') extended = true;
    else if (arg.startsWith('-') && arg !== '-') return undefined;
    else operands.push(arg);
  }
  if (scripts.length === 0) scripts.push(...operands.splice(0, 1));
  return scripts.length === 0 ? undefined : { scripts, files: operands, inPlace, quiet, extended };
}

/** The commands of sed scripts; undefined when one is not understood. */
export function sedCommands(scripts: readonly string[], extended: boolean): readonly SedCommand[] | undefined {
  const kind = extended ? 'extended' : 'basic';
  const commands: SedCommand[] = [];
  for (const script of scripts) {
    let rest = script.trim();
    while (rest !== '') {
      const address = /^(?:(\d+)(?:,(\d+|\$))?|(\$)|\/((?:[^/\\]|\\.)*)\/)\s*/.exec(rest);
      const from = address?.[1] !== undefined ? Number(address[1]) : address?.[4] !== undefined ? regexOf(address[4].replaceAll('\\/', '/'), kind) : undefined;
      if (address?.[4] !== undefined && !from) return undefined;
      const where = { ...(from !== undefined && { from }), ...(address?.[2] && { to: address[2] === '$' ? ('$' as const) : Number(address[2]) }), ...(address?.[3] && { last: true }) };
      rest = rest.slice(address?.[0].length ?? 0);
      const plain = /^([pd])\s*(?:;\s*|$)/.exec(rest);
      if (plain) {
        commands.push({ ...where, does: plain[1] as 'p' | 'd' });
        rest = rest.slice(plain[0].length);
        continue;
      }
      const substitution = substitutionOf(rest, kind);
      if (!substitution) return undefined;
      commands.push({ ...where, ...substitution.command });
      rest = rest.slice(substitution.length);
    }
  }
  return commands;
}

/** `s/pattern/replacement/flags` at the front of a text. */
export function substitutionOf(text: string, kind: 'basic' | 'extended'): { readonly command: SedCommand; readonly length: number; readonly written: readonly [string, string] } | undefined {
  const mark = text[0] === 's' ? text[1] : undefined;
  if (mark === undefined || /[\w\s\\]/.test(mark)) return undefined;
  const parts: string[] = [];
  let part = '';
  let at = 2;
  for (; at < text.length && parts.length < 2; at++) {
    if (text[at] === '\\' && at + 1 < text.length) part += text[at + 1] === mark ? text[++at]! : text[at]! + text[++at]!;
    else if (text[at] === mark) {
      parts.push(part);
      part = '';
    } else part += text[at];
  }
  const flags = /^([gIip0-9]*)\s*(?:;\s*|$)/.exec(text.slice(at));
  if (parts.length < 2 || !flags || /\d/.test(flags[1]!)) return undefined;
  const pattern = regexOf(parts[0]!, kind, /i/i.test(flags[1]!) ? 'i' : '');
  if (!pattern) return undefined;
  return { command: { does: 's', pattern, replacement: parts[1]!, all: flags[1]!.includes('g'), print: flags[1]!.includes('p') }, length: at + flags[0].length, written: [parts[0]!, parts[1]!] };
}

/** Runs understood commands over lines. */
export function runSed(commands: readonly SedCommand[], lines: readonly string[], quiet: boolean): readonly string[] {
  const out: string[] = [];
  for (const [index, original] of lines.entries()) {
    let line = original;
    let deleted = false;
    for (const command of commands) {
      if (deleted || !applies(command, index + 1, lines.length, line)) continue;
      if (command.does === 'd') deleted = true;
      else if (command.does === 'p') out.push(line);
      else {
        const before = line;
        line = substitute(line, command);
        if (command.print && line !== before) out.push(line);
      }
    }
    if (!deleted && !quiet) out.push(line);
  }
  return out;
}

function applies(command: SedCommand, number: number, count: number, line: string): boolean {
  if (command.last) return number === count;
  if (command.from === undefined) return true;
  if (typeof command.from !== 'number') return command.from.test(line);
  return command.to === undefined ? number === command.from : number >= command.from && (command.to === '$' || number <= command.to);
}

function substitute(line: string, command: SedCommand): string {
  const regex = new RegExp(command.pattern!.source, command.pattern!.flags + (command.all ? 'g' : ''));
  return line.replace(regex, (...match: unknown[]) => replacementOf(command.replacement!, match));
}

function replacementOf(replacement: string, match: readonly unknown[]): string {
  return replacement.replace(/\\(.)|&/gs, (whole, escaped: string | undefined) => {
    if (whole === '&') return String(match[0]);
    if (/\d/.test(escaped!)) return typeof match[Number(escaped)] === 'string' ? (match[Number(escaped)] as string) : '';
    return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped!;
  });
}
