import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest } from '../base/text.ts';
import { exit, UsageError, type Io, type Values } from './command.ts';
import { topicNamed } from './topics.ts';

/** `lvs-gen explain NAME`: the page of a rule, a forwarding method, a scheduler or a kernel parameter. */
export async function run(operands: readonly string[], _values: Values, io: Io): Promise<number> {
  const [name] = operands;
  if (name === undefined) throw new UsageError('explain needs a rule (lvs-gen rules lists them), a forwarding method, a scheduler, or a kernel parameter');
  const shellcheck = /^(?:shellcheck\/)?(SC\d{4})$/.exec(name)?.[1];
  if (shellcheck) {
    io.out(`shellcheck/${shellcheck} is ShellCheck's own: https://www.shellcheck.net/wiki/${shellcheck}\n`);
    return exit.clean;
  }
  const pages = readPages();
  const names = Object.keys(pages);
  const found = Object.hasOwn(pages, name) ? name : (only(names.filter((one) => one.endsWith(`/${name}`))) ?? topicNamed(name, names));
  if (found === undefined) {
    const near = nearest(name, [...names, ...names.flatMap((one) => one.split('/')[1] ?? [])]);
    throw new UsageError(`there is no page '${name}'${near ? `; did you mean '${near}'?` : ''} (lvs-gen rules lists the rules)`);
  }
  io.out(pages[found]!);
  return exit.clean;
}

/** The page of a rule as `explain` prints it; undefined for what is none of ours. */
export function pageNamed(name: string): string | undefined {
  const pages = readPages();
  return Object.hasOwn(pages, name) ? pages[name] : undefined;
}

/** What the build wrote beside the bundle; this is a bundle's only command that reads a file of its own. */
function readPages(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(typeof __dirname === 'string' ? __dirname : 'dist', 'pages.json'), 'utf8')) as Readonly<Record<string, string>>;
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}
