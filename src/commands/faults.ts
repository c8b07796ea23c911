import { assembleCluster } from '../assemble/cluster.ts';
import { assembleHost } from '../assemble/host.ts';
import { readingTwins } from '../assemble/twins.ts';
import { memoryFiles } from '../base/file-set.ts';
import { sourceText } from '../base/text.ts';
import { counts, judge } from '../lint/engine.ts';
import { withoutIgnored } from '../lint/ignore.ts';
import type { Finding } from '../lint/rule.ts';
import { forReleases } from '../lint/versions.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Plan } from '../plan/plan.ts';
import type { RenderedFile } from '../render/render.ts';
import { alikeHosts, clusterWithoutAlike, withoutAlike, type Alike } from './host-kinds.ts';
import { rules } from '../../rules/index.ts';

/**
 * We lint what we render: errors that are sure enough, and that the files' own comments do not ask to ignore, stop the writing. Of real servers that are alike one is judged for all; only when
 * something is found, each is, so that it is told of each.
 */
export function faultsOf(plan: Plan, files: readonly RenderedFile[]): readonly Finding[] {
  const alike = alikeHosts(plan, files);
  if (alike.hosts.size === 0) return judged(plan.cluster, files, alike);
  const sample = judged(clusterWithoutAlike(plan.cluster, alike), files.filter(({ host }) => !alike.hosts.has(host)), alike);
  return sample.length === 0 ? sample : faultsOfEach(plan, files);
}

/** The same, each host looked at. */
export function faultsOfEach(plan: Plan, files: readonly RenderedFile[]): readonly Finding[] {
  return judged(plan.cluster, files, { hosts: new Set(), rips: new Set() });
}

function judged(planned: Cluster, files: readonly RenderedFile[], alike: Alike): readonly Finding[] {
  const trees = new Map<string, Map<string, string>>();
  for (const { host, path, text } of files) trees.set(host, (trees.get(host) ?? new Map<string, string>()).set(path, text));
  const readShell = readingTwins();
  const hosts = [...trees].map(([name, tree]) => withoutAlike(assembleHost(name, memoryFiles(name, tree), readShell).host, alike));
  const { findings, broken } = judge(rulesOfErrors, assembleCluster(hosts, planned));
  for (const { rule, reason } of broken) throw new Error(`the rule ${rule} failed itself: ${reason}`);
  const faults = forReleases(findings, {}).filter((finding) => counts(finding, 'error', false));
  if (faults.length === 0) return faults;
  const ids = new Set<string>(rules.map(({ id }) => id));
  const told = withoutIgnored(faults, files.map(({ host, path, text }) => sourceText(host, path, text)), (id) => ids.has(id));
  return faults.filter((fault) => told.includes(fault));
}

/** Rules that may stop the writing, and those that may silence one of them. */
const rulesOfErrors = rules.filter(({ severity, silences }) => severity === 'error' || silences?.some((id) => rules.some((other) => other.id === id && other.severity === 'error')));
