import type { Effect } from '../../../model/script.ts';
import { runSed, sedArguments, sedCommands, substitutionOf } from '../filters/sed.ts';
import { anyText, isKnown, knownText } from '../value.ts';
import type { Arg } from '../words.ts';
import { textOf, type Invocation } from './invocation.ts';

/**
 * The slash form of a parameter's name: the first separator says which one it is, the other stands for a dot in a device's name (sysctl(8)). A star stays a star:
 * the name stands for every device. Undefined when the name is not known.
 */
export function sysctlKey(name: string): string | undefined {
  const text = name.replaceAll(anyText, '*').trim();
  if (!isKnown(text) || !/^[\w.*/:@-]+$/.test(text)) return undefined;
  const separator = /[./]/.exec(text)?.[0];
  return separator === '.' ? text.replace(/[./]/g, (char) => (char === '.' ? '/' : '.')) : text.replace(/^\/?(proc\/sys\/)?/, '');
}

/** `name=value` as one effect. */
function assignment(text: string, target: 'kernel' | 'file'): Effect | undefined {
  const equals = text.indexOf('=');
  if (equals < 0) return undefined;
  return { kind: 'sysctl', key: sysctlKey(text.slice(0, equals)), value: knownText(text.slice(equals + 1))?.trim(), target };
}

/** sysctl(8): `-w name=value`, `name=value`, `-p [file]`, `--system`. Words around a free-standing `=` are refused by it and do nothing. */
export function sysctl(call: Invocation): readonly Effect[] {
  const effects: Effect[] = [];
  const files: Arg[] = [];
  let loads = false;
  let reads = false;
  for (const arg of call.args) {
    const text = arg.partial;
    if (/^(-p|-f|--load)$/.test(text)) loads = true;
    else if (/^--load=/.test(text)) {
      loads = true;
      effects.push({ kind: 'sysctl-load', file: knownText(text.slice(7)) });
    } else if (/^-[qewNnbi]*[pf]/.test(text)) {
      loads = true;
      const file = text.slice(text.search(/[pf]/) + 1);
      if (file !== '') effects.push({ kind: 'sysctl-load', file: knownText(file) });
    } else if (text === '--system') effects.push({ kind: 'sysctl-load', file: undefined });
    else if (/^(-a|-A|-X|-n|-N|--all|--names|--values|-h|-V|--help)$/.test(text)) reads = true;
    else if (text.startsWith('-') && text !== '-') continue;
    else if (loads) files.push(arg);
    else if (!reads || text.includes('=')) {
      const set = assignment(text, 'kernel');
      if (set && !/^\s*=/.test(text)) effects.push(set);
    }
  }
  if (!loads) return effects;
  if (files.length === 0 && !effects.some((effect) => effect.kind === 'sysctl-load')) effects.push({ kind: 'sysctl-load', file: '/etc/sysctl.conf' });
  for (const file of files) {
    if (file.partial === '-') effects.push(...assignmentsIn(call.input(), 'kernel'));
    else effects.push({ kind: 'sysctl-load', file: textOf(file) });
  }
  return effects;
}

/** Whether a path is a file that sysctl reads at boot. */
export function isSysctlFile(path: string): boolean {
  return /^\/(etc|run|usr\/lib|lib|usr\/local\/lib)\/sysctl(\.d\/|\.conf)/.test(path);
}

/** The assignments in lines that go to a sysctl file. */
export function assignmentsIn(text: string, target: 'kernel' | 'file'): readonly Effect[] {
  if (!isKnown(text) && !text.includes('=')) return [{ kind: 'sysctl', key: undefined, value: undefined, target }];
  return text.split('\n').flatMap((line) => {
    const plain = line.trim().replace(/^-/, '');
    if (plain === '' || /^[#;]/.test(plain)) return [];
    return assignment(plain, target) ?? [];
  });
}

/** `sed -i … /etc/sysctl.conf`: what changes in the file where it is there, else what the substitution writes. */
export function sed(call: Invocation): readonly Effect[] {
  const args = call.args.map((arg) => textOf(arg));
  if (args.some((arg) => arg === undefined)) return vagueSed(call);
  const asked = sedArguments(args as readonly string[]);
  const file = asked?.files.find((one) => isSysctlFile(call.path(one) ?? one));
  if (!asked?.inPlace || file === undefined) return [];
  const commands = sedCommands(asked.scripts, asked.extended);
  const text = call.read(file);
  if (commands && text !== undefined && text.length < 65_536) {
    const before = text.split('\n');
    const after = runSed(commands, before, asked.quiet);
    return after.filter((line) => !before.includes(line)).flatMap((line) => assignmentsIn(line, 'file'));
  }
  const written = asked.scripts.flatMap((script) => {
    const at = script.search(/s[^\w\s\\]/);
    const replacement = at < 0 ? undefined : substitutionOf(script.slice(at), asked.extended ? 'extended' : 'basic')?.written[1];
    const appended = /^(?:\$|\d+|\/.*\/)?\s*[aic]\\?\s*(.+)$/.exec(script)?.[1];
    return assignmentsIn((replacement ?? appended ?? '').replace(/\\(.)/g, '$1'), 'file');
  });
  return written.length > 0 ? written : [{ kind: 'sysctl', key: undefined, value: undefined, target: 'file' }];
}

function vagueSed(call: Invocation): readonly Effect[] {
  const inPlace = call.args.some((arg) => /^(-i|--in-place|-[nrE]*i)/.test(arg.partial));
  return inPlace && call.args.some((arg) => isSysctlFile(call.path(arg.partial) ?? '')) ? [{ kind: 'sysctl', key: undefined, value: undefined, target: 'file' }] : [];
}
