import { nearest } from '../base/text.ts';
import { rulePage } from '../lint/page.ts';
import { rules } from '../../rules/index.ts';
import { exit, UsageError, type Io, type Values } from './command.ts';

/** `lvs-gen explain ID`. */
export async function run(operands: readonly string[], _values: Values, io: Io): Promise<number> {
  const [id] = operands;
  if (id === undefined) throw new UsageError('explain needs a rule (lvs-gen rules lists them)');
  const shellcheck = /^(?:shellcheck\/)?(SC\d{4})$/.exec(id)?.[1];
  if (shellcheck) {
    io.out(`shellcheck/${shellcheck} is ShellCheck's own: https://www.shellcheck.net/wiki/${shellcheck}\n`);
    return exit.clean;
  }
  const rule = rules.find((one) => one.id === id || (one.formerly as readonly string[] | undefined)?.includes(id)) ?? only(rules.filter((one) => one.id.endsWith(`/${id}`)));
  if (!rule) {
    const near = nearest(id, [...rules.map((one) => one.id), ...rules.map((one) => one.id.split('/')[1]!)]);
    throw new UsageError(`there is no rule '${id}'${near ? `; did you mean '${near}'?` : ''} (lvs-gen rules lists them)`);
  }
  io.out(rulePage(rule));
  return exit.clean;
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}
