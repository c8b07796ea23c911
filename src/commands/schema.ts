import reportSchema from '../report/report.schema.json' with { type: 'json' };
import { schemaText } from '../spec/schema.ts';
import { exit, UsageError, type Io, type Values } from './command.ts';

/** `lvs-gen schema [spec|report]`. */
export async function run([which = 'spec']: readonly string[], _values: Values, io: Io): Promise<number> {
  if (which !== 'spec' && which !== 'report') throw new UsageError(`there is a schema of the spec and one of the report; found '${which}'`);
  io.out(which === 'spec' ? schemaText() : `${JSON.stringify(reportSchema, null, 2)}\n`);
  return exit.clean;
}
