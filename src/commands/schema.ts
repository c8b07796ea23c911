import { schemaText } from '../spec/schema.ts';
import { exit, type Io, type Values } from './command.ts';

/** `lvs-gen schema`. */
export async function run(_operands: readonly string[], _values: Values, io: Io): Promise<number> {
  io.out(schemaText());
  return exit.clean;
}
