import { resolve } from 'node:path';
import { shortHash } from '../base/short-hash.ts';
import { openStore, userCacheFolder } from '../base/store.ts';
import { nearest } from '../base/text.ts';
import type { Finding } from '../lint/rule.ts';
import type { Plan } from '../plan/plan.ts';
import { divide, type Division, type System, type Target } from '../plan/targets.ts';
import { TemplateError } from '../render/own-templates.ts';
import { renderPlan, type RenderedFile } from '../render/render.ts';
import { diffTree, writeTree } from '../render/write.ts';
import { writeArchives } from './archives.ts';
import { exit, refuseUnknownHosts, text, texts, UsageError, wantsColor, type Io, type Values } from './command.ts';
import { readSpecFile } from './spec-file.ts';
import { readTemplates } from './templates-folder.ts';
import { showFault } from './show-fault.ts';

/** `lvs-gen render`. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  try {
    return await render(operands, values, io);
  } catch (error) {
    if (!TemplateError.is(error)) throw error;
    io.err(`${error.file}${error.line > 0 ? `:${error.line}` : ''}: error: ${error.message}\nlvs-gen: a template cannot be used; nothing was written\n`);
    return exit.usage;
  }
}

async function render(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const division = divisionOf(values);
  const read = await readSpecFile(operands[0] ?? 'lvs-gen.json', undefined, io, division);
  if (!read) return exit.usage;
  const { plan, located, source } = read;
  const folder = text(values, 'templates');
  const own = folder === undefined ? undefined : await readTemplates(resolve(io.cwd, folder), folder);
  const files = renderPlan(plan, { version: io.version, ...(own ? { own } : {}) });
  const faults = await faultsOf(own ? `${JSON.stringify(own.specs)}\n${source.text}` : source.text, plan, files, values['no-cache'] ? undefined : io.edition);
  if (faults.length > 0) {
    for (const fault of faults) io.err(showFault(fault, files, located));
    io.err(`lvs-gen: ${faults.length} ${faults.length === 1 ? 'error' : 'errors'} in what the spec asks for; nothing was written (lvs-gen explain ${faults[0]!.rule})\n`);
    return exit.findings;
  }
  const print = text(values, 'print');
  if (print !== undefined) return printOne(print, files, io);
  const wanted = wantedFiles(files, texts(values, 'host'));
  const out = text(values, 'out') ?? 'out';
  if (values['check']) {
    const { text: difference, differs } = await diffTree(resolve(io.cwd, out), wanted, { shown: out, all: files, color: wantsColor(values, io, io.outIsTerminal) });
    io.out(difference);
    return differs ? exit.findings : exit.clean;
  }
  if (values['tar']) {
    const code = writeArchives(out, wanted, values['force'] === true, io);
    if (code === exit.clean) io.err(`Unpack each on its host: tar -xpf HOST.tar -C /\n${plan.hints.slice(1).map((hint) => `${hint}\n`).join('')}`);
    return code;
  }
  return write(out, wanted, files, plan, values, io);
}

/** Who is to do what on the hosts, by `--target` and `--os`. */
function divisionOf(values: Values): Division {
  const divided = divide(texts(values, 'target') as readonly Target[], text(values, 'os') as System | undefined);
  if ('conflict' in divided) throw new UsageError(`--target ${divided.conflict.join(' and --target ')} would do the same on one host; choose one of them`);
  return divided;
}

/** What is wrong in the rendered files. Files that this very program has found right before, for the same spec, are not judged again. */
async function faultsOf(spec: string, plan: Plan, files: readonly RenderedFile[], edition: string | undefined): Promise<readonly Finding[]> {
  const folder = edition === undefined ? undefined : userCacheFolder('renders');
  const store = folder === undefined ? undefined : openStore(folder);
  const key = `${edition}\n${JSON.stringify(plan.division)}\n${spec}`;
  const name = shortHash(key);
  if (store?.read(name) === key) return [];
  const faults = (await import('./engine.ts')).faultsOf(plan, files);
  if (faults.length === 0) {
    store?.write(name, key);
    store?.prune();
  }
  return faults;
}

function printOne(wish: string, files: readonly RenderedFile[], io: Io): number {
  const colon = wish.indexOf(':');
  const host = wish.slice(0, Math.max(0, colon));
  const path = wish.slice(colon + 1).replace(/^\/+/, '');
  const found = files.find((file) => file.host === host && file.path === path);
  if (!found) {
    const names = files.map((file) => `${file.host}:${file.path}`);
    const near = nearest(`${host}:${path}`, names);
    throw new UsageError(`--print ${wish}: there is no such file${near ? `; did you mean '${near}'?` : ''} (${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''})`);
  }
  io.out(found.text);
  return exit.clean;
}

function wantedFiles(files: readonly RenderedFile[], hosts: readonly string[]): readonly RenderedFile[] {
  refuseUnknownHosts(hosts, [...new Set(files.map((file) => file.host))]);
  return hosts.length === 0 ? files : files.filter((file) => hosts.includes(file.host));
}

async function write(out: string, files: readonly RenderedFile[], all: readonly RenderedFile[], plan: Plan, values: Values, io: Io): Promise<number> {
  const result = await writeTree(resolve(io.cwd, out), files, { force: values['force'] === true, all });
  if ('changedByHand' in result) {
    for (const path of result.changedByHand) io.err(`lvs-gen: ${out}/${path} was changed by hand (or is not lvs-gen's)\n`);
    io.err('lvs-gen: nothing was written; put the change into the spec, or use --force to overwrite (--check shows the difference)\n');
    return exit.usage;
  }
  if ('failed' in result) {
    io.err(`lvs-gen: ${result.failed.path}: ${result.failed.reason}; ${result.written.length === 0 ? 'nothing was written' : `written before: ${result.written.join(', ')}`}\n`);
    return exit.unreadable;
  }
  if (result.finished) io.err(`lvs-gen: an earlier render was cut off; ${result.finished.length === 1 ? 'one file of it was' : `${result.finished.length} files of it were`} put in place first\n`);
  for (const path of result.written) io.out(`${out}/${path}\n`);
  for (const path of result.stale) io.err(`lvs-gen: ${out}/${path} is lvs-gen's, but the spec '${plan.name}' no longer makes it; remove it if it is not needed\n`);
  for (const hint of plan.hints) io.err(`${hint}\n`);
  return exit.clean;
}
