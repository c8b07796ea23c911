import type { Call, Done } from '../simple.ts';
import { scalar, type State } from '../state.ts';
import { knownText, unknownText } from '../value.ts';

export function exit(call: Call): Done {
  const { frame } = call;
  const code = codeOf(call);
  return { status: code, leaves: 'exit', effects: frame.subshell ? [] : [{ kind: 'exit', code, what: 'exit' }] };
}

export function returnFrom(call: Call): Done {
  const { frame } = call;
  const code = codeOf(call);
  // Outside functions and sourced files bash refuses it and goes on.
  if (frame.calls === 0) return { status: 2 };
  return { status: code, leaves: 'return', effects: frame.subshell && frame.ends.returned === frame.ends.exited ? [] : [{ kind: 'exit', code, what: 'return' }] };
}

/** The number written, else the status of the command before. A status that says whether something is so stays unknown. */
function codeOf(call: Call): number | undefined {
  const [first] = call.args;
  if (!first) return call.state.status;
  const text = knownText(first.partial);
  if (text === undefined || first.many) return undefined;
  return /^-?\d{1,9}$/.test(text) ? Number(text) & 255 : 2;
}

export function breakLoop(call: Call): Done {
  return loopEnd(call, 'break');
}

export function continueLoop(call: Call): Done {
  return loopEnd(call, 'continue');
}

function loopEnd(call: Call, leaves: 'break' | 'continue'): Done {
  const text = call.args[0]?.partial ?? '1';
  return call.frame.ends.loops.length === 0 ? { status: 0 } : { status: 0, leaves, levels: /^\d{1,4}$/.test(text) ? Math.max(1, Number(text)) : 1 };
}

export function shift(call: Call): Done {
  const { state, args } = call;
  const text = args[0] ? knownText(args[0].partial) : '1';
  if (text === undefined || !/^\d{1,6}$/.test(text)) {
    state.args = { list: [], open: true };
    return { status: undefined };
  }
  const count = Number(text);
  const { list, open, offset } = state.args;
  if (count > list.length && !open) return { status: 1 };
  state.args = { list: list.slice(count), open, ...(offset !== undefined && { offset: offset + count }) };
  return { status: count > list.length ? undefined : 0 };
}

/** `set -e -u -f`, `set -o pipefail`, `set -- words`. */
export function set(call: Call): Done {
  const { state, args } = call;
  if (args.length === 0) return { out: unknownText, status: 0 };
  for (let at = 0; at < args.length; at++) {
    const text = args[at]!.partial;
    const flags = /^([-+])([A-Za-z]+)$/.exec(text);
    if (!flags) {
      positional(call, text === '--' || text === '-' ? at + 1 : at);
      return { status: 0 };
    }
    const on = flags[1] === '-';
    for (const flag of flags[2]!) {
      if (flag === 'e') state.errexit = on;
      else if (flag === 'u') state.nounset = on;
      else if (flag === 'f') state.noglob = on;
      else if (flag === 'o') option(args[++at]?.partial, on, state);
    }
  }
  return { status: 0 };
}

function option(name: string | undefined, on: boolean, state: State): void {
  if (name === 'errexit') state.errexit = on;
  else if (name === 'nounset') state.nounset = on;
  else if (name === 'noglob') state.noglob = on;
  else if (name === 'pipefail') state.pipefail = on;
}

function positional(call: Call, from: number): void {
  const words = call.args.slice(from);
  const many = words.findIndex((word) => word.many);
  call.state.args = { list: (many < 0 ? words : words.slice(0, many)).map((word) => scalar(word.partial, word.from)), open: many >= 0 };
}
