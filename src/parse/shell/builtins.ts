import { declare, exportNames, local, readonly, unset } from './builtins/declare.ts';
import { breakLoop, continueLoop, exit, returnFrom, set, shift } from './builtins/control.ts';
import { echo, printf } from './builtins/print.ts';
import { getopts, mapfile, read } from './builtins/read.ts';
import { arithmeticOfText } from './arithmetic-text.ts';
import { evaluateBracket } from './bracket.ts';
import { lockTest } from './commands/lock.ts';
import { expansion } from './expand.ts';
import { absolutePath } from './files.ts';
import type { Call, Done } from './simple.ts';
import { isKnown, unknownText } from './value.ts';

/** What the shell itself does. Undefined: the same as a program that nobody knows. */
export type Builtin = (call: Call) => Done | undefined;

const succeeds: Builtin = () => ({ status: 0 });

export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>(
  Object.entries({
    ':': succeeds, true: succeeds, sleep: succeeds, usleep: succeeds, umask: succeeds, trap: succeeds, logger: succeeds, sync: succeeds, exec: redirectShell,
    false: () => ({ status: 1 }),
    echo, printf, read, getopts, mapfile, readarray: mapfile,
    export: exportNames, local, declare, typeset: declare, readonly, unset,
    exit, return: returnFrom, break: breakLoop, continue: continueLoop, shift, set,
    '[': (call: Call) => bracket(call, call.args.at(-1)?.partial === ']' ? call.args.slice(0, -1) : undefined),
    test: (call: Call) => bracket(call, call.args),
    let: letCommand, cd, command: commandKnown, type: commandKnown, which: commandKnown, hash: commandKnown,
  } satisfies Record<string, Builtin>),
);

function bracket(call: Call, args: Call['args'] | undefined): Done {
  // Without its bracket `[` fails with status 2.
  if (!args) return { status: 2 };
  const { frame, state, node } = call;
  const { truth, doubt, wrong } = evaluateBracket(args, frame, state, frame.source.span(node.pos, node.end));
  const effects = args.flatMap((arg, at) => (args[at + 1] && /^-[a-z]$/.test(arg.partial) ? lockTest(arg.partial, absolutePath(args[at + 1]!.partial, state) ?? '') : []));
  return { status: wrong ? 2 : truth === undefined ? undefined : truth ? 0 : 1, doubt: truth === undefined ? (doubt ?? 'ask') : undefined, effects };
}

function letCommand(call: Call): Done {
  const ex = expansion(call.frame, call.state);
  let value: number | undefined = 0;
  for (const arg of call.args) value = isKnown(arg.partial) ? arithmeticOfText(arg.partial, ex) : undefined;
  return { status: value === undefined ? undefined : value === 0 ? 1 : 0 };
}

function cd(call: Call): Done {
  const { args, state } = call;
  const target = args.find((arg) => !/^-[LP]$/.test(arg.partial));
  state.folder = target && isKnown(target.partial) && target.partial !== '-' ? absolutePath(target.partial, state) : undefined;
  return { status: undefined, doubt: 'ask' };
}

/** `command -v ip`: sure only for functions and what the shell has itself. */
function commandKnown(call: Call): Done | undefined {
  const name = call.args.filter((arg) => !arg.partial.startsWith('-')).at(-1)?.partial;
  if (name === undefined || call.name === 'which' || call.name === 'hash') return { out: unknownText, status: undefined, doubt: 'ask' };
  if (call.state.functions.has(name) || builtins.has(name)) return { out: call.name === 'command' ? `${name}\n` : unknownText, status: 0 };
  return { out: unknownText, status: undefined, doubt: 'ask' };
}

/** `exec < file` without a command: what follows reads from there. */
function redirectShell(call: Call): Done {
  if (call.redirected.input) call.state.input = call.redirected.input;
  return { status: 0 };
}
