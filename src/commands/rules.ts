import { rules } from '../../rules/index.ts';
import { exit, text, type Io, type Values } from './command.ts';

/** `lvs-gen rules`. */
export async function run(_operands: readonly string[], values: Values, io: Io): Promise<number> {
  if (text(values, 'format') === 'json') {
    io.out(`${JSON.stringify({ version: 1, rules: rules.map(({ id, severity, scope, title, needs, since }) => ({ id, severity, scope, title, needs, since })) }, null, 2)}\n`);
    return exit.clean;
  }
  if (text(values, 'format') === 'ids') {
    io.out(rules.map(({ id }) => `${id}\n`).join(''));
    return exit.clean;
  }
  const width = Math.max(...rules.map((rule) => rule.id.length));
  for (const rule of rules) io.out(`${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.title}\n`);
  return exit.clean;
}
