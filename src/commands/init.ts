import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeAtomically } from '../base/write.ts';
import { starterSpec } from '../spec/sample.ts';
import { exit, text, UsageError, type Io, type Values } from './command.ts';

/** `lvs-gen init`. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const file = operands[0] ?? 'lvs-gen.json';
  const body = starterSpec((text(values, 'forwarding') ?? 'dr') as 'dr' | 'nat' | 'tun');
  if (file === '-') {
    io.out(body);
    return exit.clean;
  }
  const path = resolve(io.cwd, file);
  if (existsSync(path) && !values['force']) throw new UsageError(`${file} is there already; --force overwrites it`);
  writeAtomically(path, Buffer.from(body));
  io.err(`lvs-gen: wrote ${file}; now edit its addresses, then: lvs-gen render ${file}\n`);
  return exit.clean;
}
