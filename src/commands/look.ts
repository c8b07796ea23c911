import { assembleCluster } from '../assemble/cluster.ts';
import { assembleHost, type Assembled } from '../assemble/host.ts';
import { readingTwins } from '../assemble/twins.ts';
import type { SourceText } from '../base/text.ts';
import { judge, type Verdict } from '../lint/engine.ts';
import { forReleases, type Releases } from '../lint/versions.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Host } from '../model/host.ts';
import type { ReadLog } from '../parse/draft.ts';
import { rules } from '../../rules/index.ts';
import type { HostInput } from './seen.ts';

/** One host with what reading it left behind. */
export interface LintedHost {
  readonly input: HostInput;
  readonly host: Host;
  readonly log: ReadLog;
}

/** All that one look at the inputs gave. */
export interface Look {
  readonly hosts: readonly LintedHost[];
  readonly cluster: Cluster;
  readonly verdict: Verdict;
  readonly sources: readonly SourceText[];
}

/** A spec as a planned cluster, with its text. */
export interface PlannedInput {
  readonly cluster: Cluster;
  readonly source: SourceText;
}

/** A host from its files, or as facts tell of it. */
export function assembled({ name, files, carried }: Pick<HostInput, 'name' | 'files' | 'carried'>, readShell: ReturnType<typeof readingTwins>): Assembled {
  return carried ? carried.assemble(name, readShell) : assembleHost(name, files, readShell);
}

/** Reads and judges the inputs once. */
export function lookAt(inputs: readonly HostInput[], planned: PlannedInput | undefined, replace: (input: HostInput) => HostInput = (input) => input, progress: (what: string, done: number, total: number) => void = () => {}): Look {
  const readShell = readingTwins();
  const hosts = inputs.map((given, at): LintedHost => {
    progress('reading host', at, inputs.length);
    const input = replace(given);
    return { input, ...assembled(input, readShell) };
  });
  progress('reading host', inputs.length, inputs.length);
  const cluster = assembleCluster(hosts.map(({ host }) => host), planned?.cluster);
  return { hosts, cluster, verdict: judge(rules, cluster), sources: [...hosts.flatMap(({ log }) => log.files), ...(planned ? [planned.source] : [])] };
}

/** A look without the findings that do not hold for the releases in use. */
export function inReleases(look: Look, releases: Releases): Look {
  return { ...look, verdict: { ...look.verdict, findings: forReleases(look.verdict.findings, releases) } };
}

/** Looks at the same inputs again, with some of their files replaced. */
export type LookWith = (replace?: (input: HostInput) => HostInput) => Look;
