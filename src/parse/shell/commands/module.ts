import type { Effect } from '../../../model/script.ts';
import type { Arg } from '../words.ts';
import { textOf, type Invocation } from './invocation.ts';

/** modprobe, insmod, rmmod. Names are written as the kernel has them, with underscores. */
export function moduleCommand(call: Invocation): readonly Effect[] {
  const { name, args } = call;
  const flags = args.filter((arg) => arg.partial.startsWith('-')).map((arg) => arg.partial);
  if (flags.some((flag) => /^(-n|--dry-run|--show|-c|--showconfig|-D|--show-depends|-l|--list|-V|--version)$/.test(flag))) return [];
  const operands = args.filter((arg, at) => !arg.partial.startsWith('-') && !/^-(C|d|S|-config|-dirname|-set-version)$/.test(args[at - 1]?.partial ?? ''));
  const removes = name === 'rmmod' || flags.some((flag) => /^-\w*r/.test(flag) || flag === '--remove');
  const all = removes || flags.some((flag) => /^-\w*a/.test(flag) || flag === '--all');
  return (all ? operands : operands.slice(0, 1)).map((arg) => ({ kind: 'module', module: moduleName(arg), load: !removes }));
}

function moduleName(arg: Arg): string | undefined {
  const text = textOf(arg);
  return text === undefined || text === '' ? undefined : text.slice(text.lastIndexOf('/') + 1).replace(/\.ko(\.(xz|gz|zst))?$/, '').replaceAll('-', '_');
}
