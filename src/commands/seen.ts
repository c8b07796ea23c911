import { shortHash } from '../base/short-hash.ts';
import { openStore, userCacheFolder } from '../base/store.ts';
import { sourceText, type SourceText } from '../base/text.ts';
import { answersAlike, traced, type FileTrace } from '../base/trace.ts';
import { sortFindings, type Verdict } from '../lint/engine.ts';
import { withoutIgnored } from '../lint/ignore.ts';
import { forReleases, type Releases } from '../lint/versions.ts';
import type { Finding } from '../lint/rule.ts';
import { withoutDoubles } from '../lint/shellcheck-doubles.ts';
import type { Host } from '../model/host.ts';
import type { Script } from '../model/script.ts';
import type { ReadLog } from '../parse/draft.ts';
import { knownRules } from '../../rules/ids.ts';
import type { Input } from './inputs.ts';
import type { Look, PlannedInput } from './look.ts';

export type HostInput = Extract<Input, { kind: 'host' }>;

/** What a report needs of a look: plain data, so that it can be kept. */
export interface Seen {
  readonly hosts: readonly Pick<Host, 'name' | 'root' | 'roles'>[];
  readonly read: readonly { readonly input: HostInput; readonly log: ReadLog }[];
  readonly scripts: readonly Pick<Script, 'source' | 'file' | 'shebang'>[];
  readonly verdict: Verdict;
  readonly sources: readonly SourceText[];
  /** Those sources that may hold a comment for lvs-gen, where they were told apart. */
  readonly remarked?: readonly SourceText[];
}

/** The part of a look that reports tell. */
export function seenOf({ hosts, cluster, verdict, sources }: Look): Seen {
  return {
    hosts: cluster.hosts.map(({ name, root, roles }) => ({ name, root, roles })),
    read: hosts.map(({ input, log }) => ({ input, log })),
    scripts: cluster.hosts.flatMap(({ scripts }) => scripts.map(({ source, file, shebang }) => ({ source, file, ...(shebang && { shebang }) }))),
    verdict,
    sources,
  };
}

/** All findings of a look that hold for the releases in use, with ShellCheck's, without those that the files' own comments ask to ignore. */
export function findingsOf({ verdict, sources, remarked }: Seen, fromShellcheck: readonly Finding[], releases: Releases = {}): readonly Finding[] {
  const known = (id: string): boolean => id.startsWith('shellcheck/') || knownRules.has(id);
  return withoutIgnored(sortFindings([...forReleases(verdict.findings, releases), ...withoutDoubles(fromShellcheck, verdict.findings)]), remarked ?? sources, known);
}

/** Finds a text that was read. */
export function sourcesOf({ sources }: Seen): (host: string, file: string) => SourceText | undefined {
  const known = new Map(sources.map((source) => [`${source.host}\0${source.file}`, source]));
  return (host, file) => known.get(`${host}\0${file}`);
}

/** A verdict on disk. Texts stand in the traces only. */
interface Kept {
  readonly key: string;
  readonly traces: readonly FileTrace[];
  readonly hosts: Seen['hosts'];
  readonly logs: readonly (Omit<ReadLog, 'files'> & { readonly files: readonly string[] })[];
  readonly scripts: readonly { readonly host: string; readonly file: string; readonly shebang?: Script['shebang'] }[];
  readonly verdict: Verdict;
}

/** More text than this is judged anew each time. */
const maxKeptText = 1024 * 1024;

/**
 * Looks at inputs, or takes what an earlier look at the same files gave: everything that was asked of the files then is asked again, and only when every answer is the
 * same is the verdict the same. `edition` names the program to the last byte; undefined: nothing is kept.
 */
export async function see(inputs: readonly HostInput[], planned: PlannedInput | undefined, edition: string | undefined, cwd: string, look: (inputs: readonly HostInput[]) => Promise<Look>): Promise<Seen> {
  const folder = edition === undefined ? undefined : userCacheFolder('verdicts');
  // Facts answer few questions: they are the answer.
  if (folder === undefined || inputs.length > 100 || inputs.some(({ carried }) => carried !== undefined)) return seenOf(await look(inputs));
  const store = openStore(folder);
  const key = JSON.stringify([edition, cwd, inputs.map(({ name, files }) => [name, files.root, files.whole, files.only ?? null]), planned?.source.file ?? null, planned?.source.text ?? null]);
  const name = shortHash(key);
  const kept = store.read(name) as Kept | undefined;
  if (kept?.key === key && inputs.every(({ files }, at) => answersAlike(files, kept.traces[at]!))) return revive(kept, inputs, planned);
  const tracing = inputs.map((input) => ({ input, ...traced(input.files) }));
  const seen = seenOf(await look(tracing.map(({ input, files }) => ({ ...input, files }))));
  const traces = tracing.map(({ trace }) => trace);
  if (seen.verdict.broken.length === 0 && sizeOf(traces) <= maxKeptText) {
    store.write(name, keep(key, traces, seen));
    store.prune();
  }
  return seen;
}

function sizeOf(traces: readonly FileTrace[]): number {
  return traces.reduce((sum, { reads }) => Object.values(reads).reduce((size, read) => size + (read.state === 'text' ? read.text.length : 0), sum), 0);
}

function keep(key: string, traces: readonly FileTrace[], { hosts, read, scripts, verdict }: Seen): Kept {
  return {
    key, traces, hosts, verdict,
    logs: read.map(({ log }) => ({ ...log, files: log.files.map(({ file }) => file) })),
    scripts: scripts.map(({ source: { host }, file, shebang }) => ({ host, file, ...(shebang && { shebang }) })),
  };
}

function revive({ traces, hosts, logs, scripts, verdict }: Kept, inputs: readonly HostInput[], planned: PlannedInput | undefined): Seen {
  const texts = inputs.map(({ name }, at) => new Map(Object.entries(traces[at]!.reads).flatMap(([file, read]) => (read.state === 'text' ? [[file, sourceText(name, file, read.text)] as const] : []))));
  const sourceOf = (host: string, file: string): SourceText => texts[inputs.findIndex(({ name }) => name === host)]!.get(file)!;
  const read = inputs.map((input, at) => ({ input, log: { ...logs[at]!, files: logs[at]!.files.map((file) => sourceOf(input.name, file)) } }));
  return {
    hosts, read, verdict,
    scripts: scripts.map(({ host, ...script }) => ({ ...script, source: sourceOf(host, script.file) })),
    sources: [...read.flatMap(({ log }) => log.files), ...(planned ? [planned.source] : [])],
  };
}
