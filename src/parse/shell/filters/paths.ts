import { knownText } from '../value.ts';
import type { Call, Done } from '../simple.ts';

/** All arguments as known texts, or undefined. */
export function texts(call: Call): readonly string[] | undefined {
  const known: string[] = [];
  for (const arg of call.args) {
    const text = arg.many ? undefined : knownText(arg.partial);
    if (text === undefined) return undefined;
    known.push(text);
  }
  return known;
}

const printed = (out: string): Done => ({ out, status: 0 });

export function basename(call: Call): Done | undefined {
  const args = texts(call)?.filter((arg) => arg !== '--');
  if (!args || args.length === 0 || args.length > 2 || args[0]!.startsWith('-')) return undefined;
  const trimmed = args[0]!.replace(/(?<=.)\/+$/, '');
  const name = trimmed === '/' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
  const suffix = args[1] ?? '';
  return printed(`${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`);
}

export function dirname(call: Call): Done | undefined {
  const args = texts(call)?.filter((arg) => arg !== '--');
  if (args?.length !== 1 || args[0]!.startsWith('-')) return undefined;
  const trimmed = args[0]!.replace(/(?<=.)\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  return printed(`${slash < 0 ? '.' : trimmed.slice(0, slash).replace(/\/+$/, '') || '/'}\n`);
}

export function seq(call: Call): Done | undefined {
  const args = texts(call);
  if (!args) return undefined;
  const separator = args[0] === '-s' ? args[1] : '\n';
  const operands = args[0] === '-s' ? args.slice(2) : args;
  if (separator === undefined || operands.length === 0 || operands.length > 3 || !operands.every((one) => /^-?\d{1,9}$/.test(one))) return undefined;
  const [first, step, last] = operands.length === 1 ? [1, 1, Number(operands[0])] : operands.length === 2 ? [Number(operands[0]), 1, Number(operands[1])] : operands.map(Number);
  if (step === 0 || Math.abs((last! - first!) / step!) > 4_096) return undefined;
  const numbers: number[] = [];
  for (let value = first!; step! > 0 ? value <= last! : value >= last!; value += step!) numbers.push(value);
  return printed(numbers.length === 0 ? '' : `${numbers.join(separator)}\n`);
}

/** Arithmetic and comparison of two operands. */
export function expr(call: Call): Done | undefined {
  const args = texts(call);
  if (args?.length === 1 && !/^[-(]/.test(args[0]!)) return { out: `${args[0]}\n`, status: args[0] === '' || args[0] === '0' ? 1 : 0 };
  if (args?.length !== 3) return undefined;
  const [a, operator, b] = args as readonly [string, string, string];
  const numbers = /^-?\d{1,15}$/.test(a) && /^-?\d{1,15}$/.test(b) ? ([Number(a), Number(b)] as const) : undefined;
  let value: number | undefined;
  if (numbers) {
    const [x, y] = numbers;
    const table: Readonly<Record<string, number | undefined>> = { '+': x + y, '-': x - y, '*': x * y, '/': y === 0 ? undefined : Math.trunc(x / y), '%': y === 0 ? undefined : x % y, '=': Number(x === y), '!=': Number(x !== y), '<': Number(x < y), '<=': Number(x <= y), '>': Number(x > y), '>=': Number(x >= y) };
    value = Object.hasOwn(table, operator) ? table[operator] : undefined;
  } else if (operator === '=' || operator === '!=') value = Number((a === b) === (operator === '='));
  if (value === undefined || !Number.isSafeInteger(value)) return undefined;
  return { out: `${value + 0}\n`, status: value === 0 ? 1 : 0 };
}

export function pwd(call: Call): Done | undefined {
  return call.state.folder === undefined ? undefined : printed(`${call.state.folder}\n`);
}

export function uname(call: Call): Done | undefined {
  const args = texts(call);
  return args && (args.length === 0 || args[0] === '-s') ? printed('Linux\n') : undefined;
}

/** Init runs a script as root. */
export function id(call: Call): Done | undefined {
  const args = texts(call)?.join('');
  return args === '-u' ? printed('0\n') : args === '-un' || args === '-nu' ? printed('root\n') : undefined;
}
