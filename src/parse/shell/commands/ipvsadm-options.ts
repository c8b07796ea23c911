import type { Arg } from '../words.ts';
import { textOf } from './invocation.ts';

/** Commands of ipvsadm by their letter; those without a short form have a name of their own. */
export type IpvsCommand = 'A' | 'E' | 'D' | 'C' | 'L' | 'Z' | 'a' | 'e' | 'd' | 'R' | 'S' | 'set' | 'start-daemon' | 'stop-daemon' | 'help';

/** One option with its value. `value` undefined: it takes none, or (`p`) none is written. */
export interface IpvsOption {
  readonly name: string;
  readonly word: Arg;
  readonly value?: Arg;
}

export interface IpvsWords {
  readonly command: IpvsCommand | undefined;
  readonly options: readonly IpvsOption[];
  readonly operands: readonly Arg[];
  /** Something on the line is not known, so that nothing can be said to be missing. */
  readonly vague: boolean;
  /** Why ipvsadm refuses the line. */
  readonly refused?: { readonly note: string; readonly word?: Arg };
}

/** Long options of ipvsadm 1.31 with their short names; `=`: takes a value, `?`: may take one (ipvsadm.c: options_table). */
const long: Readonly<Record<string, string>> = {
  'add-service': 'A', 'edit-service': 'E', 'delete-service': 'D', clear: 'C', list: 'L', zero: 'Z', 'add-server': 'a', 'edit-server': 'e', 'delete-server': 'd', restore: 'R', save: 'S',
  set: 'set', 'start-daemon': 'start-daemon=', 'stop-daemon': 'stop-daemon=', help: 'help', version: 'help',
  'tcp-service': 't=', 'udp-service': 'u=', 'sctp-service': 'sctp-service=', 'fwmark-service': 'f=', scheduler: 's=', persistent: 'p?', netmask: 'M=', 'real-server': 'r=',
  masquerading: 'm', ipip: 'i', gatewaying: 'g', weight: 'w=', 'u-threshold': 'x=', 'l-threshold': 'y=', 'mcast-interface': 'mcast-interface=', 'mcast-group': 'mcast-group=', 'mcast-port': 'mcast-port=',
  'mcast-ttl': 'mcast-ttl=', syncid: 'syncid=', 'sync-maxlen': 'sync-maxlen=', timeout: 'timeout', daemon: 'daemon', stats: 'stats', rate: 'rate', thresholds: 'thresholds', 'persistent-conn': 'persistent-conn',
  nosort: 'nosort', sort: 'sort', numeric: 'n', connection: 'c', exact: 'exact', ipv6: '6', ops: 'o', pe: 'pe=', 'sched-flags': 'b=', 'tun-info': 'tun-info', 'tun-type': 'tun-type=', 'tun-port': 'tun-port=',
  'tun-nocsum': 'tun-nocsum', 'tun-csum': 'tun-csum', 'tun-remcsum': 'tun-remcsum',
};

const short: Readonly<Record<string, string>> = Object.fromEntries([...'AEDCLZaedRSmigncoX6'].map((letter) => [letter, letter]).concat([...'tufsMrwxyb'].map((letter) => [letter, `${letter}=`]), [['p', 'p?'], ['l', 'L'], ['h', 'help'], ['v', 'help']]));

const commands = new Set<string>(['A', 'E', 'D', 'C', 'L', 'Z', 'a', 'e', 'd', 'R', 'S', 'set', 'start-daemon', 'stop-daemon', 'help']);

/**
 * Reads a command line as popt does: letters may be bundled (`-at`), a value may be glued on (`-w2`) or follow `=`; an optional value is the next word unless that
 * starts with a dash. The first option has to be the command.
 */
export function readOptions(words: readonly Arg[]): IpvsWords {
  const options: IpvsOption[] = [];
  const operands: Arg[] = [];
  let command: IpvsCommand | undefined;
  let vague = false;
  let refused: IpvsWords['refused'];
  const refuse = (note: string, word?: Arg) => {
    refused ??= word ? { note, word } : { note };
  };
  let at = 0;
  const valueOf = (optional: boolean): Arg | undefined => {
    const next = words[at];
    if (!next || (optional && (next.partial.startsWith('-') || next.gone))) return undefined;
    at++;
    return next;
  };
  const take = (spec: string, word: Arg, glued: Arg | undefined) => {
    const name = spec.replace(/[=?]$/, '');
    const value = spec.endsWith('=') ? (glued ?? valueOf(false)) : spec.endsWith('?') ? (glued ?? valueOf(true)) : undefined;
    if (spec.endsWith('=') && !value) refuse(`option ${shown(name)} has no value`, word);
    if (commands.has(name)) {
      if (command !== undefined) refuse('more than one command', word);
      else if (options.length > 0 && !vague) refuse('the command has to be the first option', word);
      command ??= name as IpvsCommand;
      if (value) options.push({ name, word, value });
      return;
    }
    if (options.some((option) => option.name === name)) refuse(`option ${shown(name)} is given twice`, word);
    options.push(value ? { name, word, value } : { name, word });
  };
  while (at < words.length) {
    const word = words[at++]!;
    if (word.gone) continue;
    const text = textOf(word);
    if (word.many || (text === undefined && /^-?[-\uFFFF\uFFFE]/.test(word.partial) && !/^--[a-z0-9-]+=/.test(word.partial) && !/^-[A-Za-z]/.test(word.partial))) {
      vague = true;
      continue;
    }
    const named = /^--?([a-z][a-z0-9-]+)(?:=([^]*))?$/.exec(word.partial);
    const spec = named && (word.partial.startsWith('--') || !Object.hasOwn(short, named[1]![0]!)) && Object.hasOwn(long, named[1]!) ? long[named[1]!] : undefined;
    if (spec !== undefined) {
      take(spec, word, named![2] === undefined ? undefined : { ...word, text: text === undefined ? undefined : named![2], partial: named![2] });
    } else if (word.partial.startsWith('--')) refuse(`unknown option ${word.partial}`, word);
    else if (word.partial.startsWith('-') && word.partial !== '-') bundle(word, take, refuse);
    else operands.push(word);
  }
  return { command, options, operands, vague, ...(refused && { refused }) };
}

function shown(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function bundle(word: Arg, take: (spec: string, word: Arg, glued: Arg | undefined) => void, refuse: (note: string, word: Arg) => void): void {
  for (let index = 1; index < word.partial.length; index++) {
    const letter = word.partial[index]!;
    const spec = Object.hasOwn(short, letter) ? short[letter]! : undefined;
    if (spec === undefined) {
      refuse(`unknown option -${letter}`, word);
      return;
    }
    const rest = word.partial.slice(index + 1);
    if (/[=?]$/.test(spec) && rest !== '') {
      const value = rest.startsWith('=') ? rest.slice(1) : rest;
      take(spec, word, { ...word, text: word.text === undefined ? undefined : value, partial: value });
      return;
    }
    take(spec, word, undefined);
  }
}
