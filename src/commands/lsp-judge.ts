import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { diskFiles, memoryFiles, type FileSet } from '../base/file-set.ts';
import type { Span } from '../base/origin.ts';
import { sourceText } from '../base/text.ts';
import type { Finding } from '../lint/rule.ts';
import { renderPlan } from '../render/render.ts';
import { planCluster } from '../plan/plan.ts';
import { readSpec } from '../spec/read.ts';
import { showPath, type SpecProblem } from '../spec/spec.ts';
import type { Io } from './command.ts';
import { findingsOf, seenOf, type HostInput } from './seen.ts';
import { placeInSpec } from './show-fault.ts';

/** One cluster, or one spec, with its findings and the way from a place to a path on disk. */
export interface Judged {
  readonly findings: readonly Finding[];
  open(span: Span): string;
}

const maxHosts = 50;

/** Judges the open files, each with what stands around it: the host whose root it lies under, and the hosts beside that one. Open texts win over the disk. */
export async function judgeAround(texts: ReadonlyMap<string, string>, options: { readonly shellcheck: boolean }, io: Io): Promise<readonly Judged[]> {
  const clusters = new Map<string, readonly HostInput[]>();
  const judged: Judged[] = [];
  for (const [path, text] of texts) {
    if (path.endsWith('.json')) judged.push(await judgeSpec(path, text, io));
    else {
      const [name, inputs] = around(path, texts);
      clusters.set(name, inputs);
    }
  }
  for (const inputs of clusters.values()) judged.push(await judgeHosts(inputs, options, io));
  return judged;
}

/** The inputs that a file belongs to, with a name for them. */
function around(path: string, texts: ReadonlyMap<string, string>): readonly [string, readonly HostInput[]] {
  const etc = path.lastIndexOf('/etc/');
  if (etc < 0) return [path, [{ kind: 'host', name: basename(path), files: memoryFiles('.', new Map([[path, texts.get(path)!]]), { only: path }), open: (file) => file }]];
  const root = path.slice(0, etc) || '/';
  const parent = dirname(root);
  const siblings = root === '/' ? [] : readdirSync(parent).filter((name) => existsSync(join(parent, name, 'etc'))).slice(0, maxHosts);
  const roots = siblings.length > 0 ? siblings.map((name) => join(parent, name)) : [root];
  return [roots.includes(root) ? parent : root, (roots.includes(root) ? roots : [root]).map((folder) => ({ kind: 'host', name: basename(folder) || 'localhost', files: overlaid(folder, texts), open: (file) => join(folder, file) }))];
}

/** A root on disk with the texts of an editor laid over it. */
function overlaid(root: string, texts: ReadonlyMap<string, string>): FileSet {
  const disk = diskFiles(root);
  return {
    ...disk,
    read(path) {
      const text = texts.get(join(root, path));
      const read = disk.read(path);
      return text === undefined ? read : { ...(read.state === 'text' ? read : { state: 'text', path, real: path, encoding: 'utf-8' }), text };
    },
    list(folder) {
      const own = [...texts.keys()].map((path) => relative(join(root, folder), path)).filter((path) => path !== '' && !path.startsWith('..'));
      return own.length === 0 ? disk.list(folder) : [...new Set([...disk.list(folder), ...own.map((path) => path.split('/')[0]!)])].sort();
    },
  };
}

async function judgeHosts(inputs: readonly HostInput[], { shellcheck }: { readonly shellcheck: boolean }, io: Io): Promise<Judged> {
  const { lookAt } = await import('./engine.ts');
  const seen = seenOf(lookAt(inputs, undefined));
  const fromShellcheck = shellcheck ? await (await import('./shellcheck.ts')).shellcheckFindings(seen.scripts, { progress: () => {} }, { ...io, err: () => {} }) : [];
  const findings = findingsOf(seen, fromShellcheck);
  const opens = new Map(inputs.map(({ name, open }) => [name, open]));
  return { findings, open: ({ host, file }) => opens.get(host)?.(file) ?? file };
}

async function judgeSpec(path: string, text: string, io: Io): Promise<Judged> {
  const open = (): string => path;
  // Other JSON files are none of ours.
  if (!/"(?:directors|realServers)"\s*:/.test(text)) return { findings: [], open };
  const located = readSpec(sourceText('spec', path, text));
  if ('problems' in located) return { findings: located.problems.map(asFinding), open };
  const planned = planCluster(located);
  if ('refused' in planned) return { findings: planned.refused.map(asFinding), open };
  const files = renderPlan(planned.plan, { version: io.version });
  const faults = (await import('./engine.ts')).faultsOf(planned.plan, files);
  const findings = faults.map(({ fix: _fix, related: _related, ...fault }): Finding => ({ ...fault, at: placeInSpec(fault, files, located) }));
  return { findings, open };
}

/** A fault of the spec's own as a finding. */
function asFinding({ at, path, note }: SpecProblem): Finding {
  return { rule: 'spec', severity: 'error', confidence: 'certain', title: showPath(path), note, at };
}
