import type { State } from './state.ts';
import { anyText, unknownText } from './value.ts';
import type { Arg } from './words.ts';

export interface Unwrapped {
  /** The words from the real command's name on. */
  readonly words: readonly Arg[];
  readonly wrappers: readonly string[];
  readonly name: string | undefined;
  /** What runs does so in another namespace, container or host: it does nothing to this one. */
  readonly elsewhere: boolean;
}

/** How many words a wrapper takes, its own name included; undefined: it wraps nothing here. */
type Taking = (words: readonly Arg[]) => number | undefined;

/** Skips options; those in `valued` take the next word too. */
function options(valued: string, operands = 0): Taking {
  return (words) => {
    let at = 1;
    for (; at < words.length; at++) {
      const text = words[at]!.partial;
      if (text === '--') {
        at++;
        break;
      }
      if (!text.startsWith('-') || text === '-') break;
      if (valued.includes(text.slice(-1)) && !text.startsWith('--') && text.length === 2) at++;
    }
    return at + operands;
  };
}

const environment: Taking = (words) => {
  let at = options('uC')(words)!;
  while (at < words.length && /^[A-Za-z_]\w*=/.test(words[at]!.partial)) at++;
  return at;
};

const takings: Readonly<Record<string, Taking>> = {
  sudo: (words) => {
    let at = options('ughpCcrtTUD')(words)!;
    while (at < words.length && /^[A-Za-z_]\w*=/.test(words[at]!.partial)) at++;
    return at;
  },
  command: (words) => (/^-[vV]/.test(words[1]?.partial ?? '') ? undefined : options('')(words)),
  builtin: options(''),
  exec: options('a'),
  env: environment,
  nohup: options(''),
  nice: options('n'),
  ionice: options('cnpP'),
  setsid: options(''),
  timeout: options('ks', 1),
  time: options('fo'),
  stdbuf: options('ioe'),
  busybox: options(''),
  doas: options('uC'),
  chrt: options('', 1),
  taskset: options('', 1),
  // `action "text" command`: RHEL's function library prints the text and runs the rest.
  action: (words) => (words.length > 2 ? 2 : undefined),
  daemon: (words) => {
    let at = 1;
    while (at < words.length && /^[-+]/.test(words[at]!.partial)) at += /^--(user|pidfile|check)$/.test(words[at]!.partial) ? 2 : 1;
    return at < words.length ? at : undefined;
  },
};

const elsewhere = new Set(['ssh', 'rsh', 'chroot', 'nsenter', 'unshare', 'docker', 'podman', 'lxc-attach', 'lxc', 'pssh', 'pdsh', 'ansible', 'salt', 'virsh', 'kubectl', 'systemd-nspawn', 'vagrant', 'sshpass', 'clush', 'dsh', 'expect', 'man', 'whatis', 'rpm', 'yum', 'dnf', 'apt-get', 'apt']);

/** Takes wrappers off a command line: `sudo /sbin/ipvsadm …` is ipvsadm. */
export function unwrap(words: readonly Arg[], state: State): Unwrapped {
  const wrappers: string[] = [];
  let rest = words;
  for (let count = 0; count < 8; count++) {
    const name = commandName(rest[0]!);
    if (name === undefined || state.functions.has(name)) return { words: rest, wrappers, name, elsewhere: false };
    if (elsewhere.has(name) || isNamespace(name, rest)) return { words: rest, wrappers, name, elsewhere: true };
    const taken = Object.hasOwn(takings, name) ? takings[name]!(rest.filter((word) => !word.gone)) : undefined;
    const inner = taken === undefined ? undefined : behind(rest, taken);
    if (!inner || inner.length === 0) return { words: rest, wrappers, name, elsewhere: false };
    wrappers.push(name);
    rest = inner;
  }
  return { words: rest, wrappers, name: commandName(rest[0]!), elsewhere: false };
}

/** The words behind the first `count` that bash passes on. */
function behind(words: readonly Arg[], count: number): readonly Arg[] {
  let left = count;
  let at = 0;
  while (at < words.length && (left > 0 || words[at]!.gone)) if (!words[at++]!.gone) left--;
  return words.slice(at);
}

/** `ip netns exec NAME …`, `ip -n NAME …`. */
function isNamespace(name: string, words: readonly Arg[]): boolean {
  if (name !== 'ip') return false;
  const texts = words.filter((word) => !word.gone).map((word) => word.partial);
  const flagged = texts.findIndex((text) => text === '-n' || text === '-netns');
  return flagged > 0 && flagged < texts.findIndex((text, at) => at > 0 && !text.startsWith('-') && at !== flagged + 1);
}

/** A command's name without its folder; undefined when it is not known. */
export function commandName(word: Arg): string | undefined {
  const text = word.partial;
  const name = text.slice(text.lastIndexOf('/') + 1);
  return name === '' || name.includes(unknownText) || name.includes(anyText) || word.many ? undefined : name;
}
