import { isAbsolute, relative, resolve } from 'node:path';
import { counts, sortFindings, withLevels, type Levels } from '../lint/engine.ts';
import { severities, type Finding, type Severity } from '../lint/rule.ts';
import type { Releases } from '../lint/versions.ts';
import { verdictLine, type Report } from '../report/report.ts';
import { withBaseline } from './baseline.ts';
import { exit, text, texts, UsageError, type Io, type Values } from './command.ts';
import { isRuleOrFamily, readConfig } from './config.ts';
import { diskShelf, hostsOf } from './hosts-of.ts';
import { findInputs, type Input, type Unopened } from './inputs.ts';
import type { Look, PlannedInput } from './look.ts';
import { progressOn } from './progress.ts';
import { writeReports } from './reports.ts';
import { findingsOf, see, seenOf, sourcesOf, type HostInput, type Seen } from './seen.ts';
import { readSpecFile } from './spec-file.ts';
import { stagedHosts } from './staged.ts';
import { tellUnreadable } from './unreadable.ts';
import { watched } from './watch.ts';

/** From so many hosts on, hosts that have nothing to do with each other are judged apart, and several threads may do it. */
const fleetFrom = 200;

/** `lvs-gen lint`. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const staged = values['staged'] === true;
  if (staged && operands.length > 0) throw new UsageError('--staged takes what is staged in git, and no PATH');
  if (staged && (values['fix'] || values['fix-unsafe'] || values['watch'])) throw new UsageError('--staged only looks: what it judges is in git, not in the work tree');
  if (operands.length === 0 && !staged) throw new UsageError('lint needs a PATH (lvs-gen lint /etc)');
  if (values['update-baseline'] && text(values, 'baseline') === undefined) throw new UsageError('--update-baseline needs --baseline FILE');
  if (!values['watch']) return (await once(operands, values, io)).code;
  if (operands.includes('-')) throw new UsageError('--watch needs files: standard input does not change');
  for (;;) {
    if (io.outIsTerminal) io.out('\u001b[2J\u001b[H');
    const { changed } = await once(operands, values, io);
    io.err('lvs-gen: waiting for a change (Ctrl-C ends)\n');
    await changed();
  }
}

/** One run over the inputs, and how to wait until one of them changes. */
async function once(operands: readonly string[], values: Values, io: Io): Promise<{ readonly code: number; changed(): Promise<void> }> {
  const { inputs, unopened } = values['staged'] ? { inputs: stagedHosts(io.cwd), unopened: [] } : values['hosts-of'] ? { inputs: hostsOf(operands, diskShelf(io.cwd)), unopened: [] } : await findInputs(operands, text(values, 'stdin-filename'), io);
  const hosts = inputs.filter((input) => input.kind === 'host');
  if (!values['watch']) return { code: await judgeAndTell(operands, inputs, hosts, unopened, values, io), changed: () => new Promise(() => {}) };
  const watching = watched(hosts, [...inputs.flatMap((input) => (input.kind === 'spec' ? [input.file] : (input.packedIn ?? []))), ...texts(values, 'spec')].map((file) => resolve(io.cwd, file)));
  return { code: await judgeAndTell(operands, inputs, watching.inputs, unopened, values, io), changed: watching.changed };
}

async function judgeAndTell(operands: readonly string[], inputs: readonly Input[], hosts: readonly HostInput[], unopened: readonly Unopened[], values: Values, io: Io): Promise<number> {
  const jobs = jobsOf(values);
  const config = readConfig(operands, io);
  const planned = await plannedCluster(inputs, text(values, 'spec'), io);
  if (planned === 'bad') return exit.usage;

  const carried = hosts.find((host) => host.carried);
  if (carried && (values['fix'] || values['fix-unsafe'] || values['fix-dry-run'])) throw new UsageError(`${carried.name} comes as facts: fixes are for its files`);
  const fixing = values['fix'] === true || values['fix-unsafe'] === true || values['fix-dry-run'] === true;
  const seen = fixing ? await fix(hosts, planned, config.releases, values, io) : hosts.length >= fleetFrom && !planned ? await (await import('./engine.ts')).lookAtFleet(hosts, jobs, progressOn(io)) : await see(hosts, planned, values['no-cache'] ? undefined : io.edition, io.cwd, async (traced) => (await import('./engine.ts')).lookAt(traced, planned, undefined, progressOn(io)));
  if (typeof seen === 'number') return seen;

  const fromShellcheck = values['no-shellcheck'] ? [] : await (await import('./shellcheck.ts')).shellcheckFindings(seen.scripts, { nativePath: text(values, 'shellcheck-path'), progress: progressOn(io) }, io);
  const wanted = texts(values, 'host');
  const levels = levelsOf(config.levels, texts(values, 'rule'));
  const open = opener(seen, io.cwd);
  const found = withLevels(findingsOf(seen, fromShellcheck, config.releases), levels)
    .filter((finding) => (wanted.length === 0 || wanted.includes(finding.at.host)) && !config.ignored(open(finding.at.host, finding.at.file)));
  for (const name of wanted) if (!seen.hosts.some((host) => host.name === name)) throw new UsageError(`--host ${name}: there is no such host; found ${seen.hosts.map((host) => host.name).join(', ') || 'none'}`);

  const baseline = text(values, 'baseline');
  const findings = baseline === undefined ? found : withBaseline(found, baseline, values['update-baseline'] === true, seen, io);
  const report = makeReport(seen, sortFindings(findings), levels, values, io);
  const wishes = texts(values, 'format').length > 0 ? texts(values, 'format') : config.formats;
  const problem = await writeReports(report, wishes, text(values, 'output-file'), values, io);
  if (problem !== undefined) throw new UsageError(problem);
  return conclude(seen, report, unopened, { failOn: (text(values, 'fail-on') as Severity | 'never' | undefined) ?? config.failOn ?? 'error', pedantic: values['pedantic'] === true, quiet: values['quiet'] === true || wishes.includes('pretty') || (wishes.length === 0 && io.outIsTerminal) }, io);
}

/** Threads for many hosts, as --jobs says; undefined: as many as there are processors. */
function jobsOf(values: Values): number | undefined {
  const written = text(values, 'jobs');
  if (written !== undefined && !/^[1-9]\d{0,2}$/.test(written)) throw new UsageError(`--jobs takes a number from 1 to 999, found '${written}'`);
  return written === undefined ? undefined : Number(written);
}

/** Applies fixes; a number is the exit code where that is all. */
async function fix(hosts: readonly HostInput[], planned: PlannedInput | undefined, releases: Releases, values: Values, io: Io): Promise<Seen | number> {
  const { applyFixes, inReleases, lookAt } = await import('./engine.ts');
  const look = (replace?: (input: HostInput) => HostInput): Look => inReleases(lookAt(hosts, planned, replace), releases);
  const fixed = await applyFixes(look(), look, { unsafe: values['fix-unsafe'] === true, dryRun: values['fix-dry-run'] === true }, io);
  return values['fix-dry-run'] ? fixed.code : seenOf(fixed.look);
}

/** The cluster that a spec plans: from --spec, or from a spec among the operands. */
async function plannedCluster(inputs: readonly Input[], option: string | undefined, io: Io): Promise<PlannedInput | undefined | 'bad'> {
  const specs = inputs.filter((input) => input.kind === 'spec');
  const file = option ?? specs[0]?.file;
  if (specs.length > (option === undefined ? 1 : 0)) throw new UsageError(`one spec at a time: found ${[...(option === undefined ? [] : [option]), ...specs.map((spec) => spec.file)].join(' and ')}`);
  if (file === undefined) return undefined;
  const read = await readSpecFile(file, specs[0]?.bytes, io);
  return read ? { cluster: read.plan.cluster, source: read.source } : 'bad';
}

function levelsOf(config: Levels, options: readonly string[]): Levels {
  const levels = new Map(config);
  for (const option of options) {
    const [id, level] = option.split('=', 2) as [string, string | undefined];
    if (!level || !(level === 'off' || (severities as readonly string[]).includes(level))) throw new UsageError(`--rule takes ID=off|info|warning|error, found '${option}'`);
    if (id !== 'shellcheck' && !id.startsWith('shellcheck/') && !isRuleOrFamily(id)) throw new UsageError(`--rule ${id}: there is no such rule (lvs-gen rules lists them)`);
    levels.set(id, level as Severity | 'off');
  }
  return levels;
}

/** How the current folder would open a file of a host: relative where it lies in it, so that links of terminals and annotations work. */
function opener(seen: Seen, cwd: string): (host: string, file: string) => string {
  const opens = new Map(seen.read.map(({ input }) => [input.name, input.open]));
  return (host, file) => {
    const path = opens.get(host)?.(file) ?? file;
    const below = isAbsolute(path) ? relative(cwd, path) : '';
    return below === '' || below === '..' || below.startsWith('../') ? path : below;
  };
}

function makeReport(seen: Seen, findings: readonly Finding[], levels: Levels, values: Values, io: Io): Report {
  return {
    version: io.version,
    hosts: seen.hosts,
    findings,
    skipped: seen.verdict.skipped.filter(({ rule }) => levels.get(rule) !== 'off'),
    unread: seen.read.flatMap(({ log }) => log.unread),
    files: seen.sources.length,
    openPath: opener(seen, io.cwd),
    source: sourcesOf(seen),
    color: false,
    quiet: values['quiet'] === true,
  };
}

/** Says on stderr what stands beside the report, and chooses the exit code. */
function conclude(seen: Seen, report: Report, unopened: readonly Unopened[], options: { readonly failOn: Severity | 'never'; readonly pedantic: boolean; /** The report itself tells the verdict, or nobody wants it. */ readonly quiet: boolean }, io: Io): number {
  let failed = tellUnreadable(unopened, seen.read, io);
  for (const { rule, reason } of seen.verdict.broken) io.err(`lvs-gen: the rule ${rule} failed itself (a defect of lvs-gen): ${reason}\n`);
  failed ||= seen.verdict.broken.length > 0;
  if (seen.read.length > 0 && seen.scripts.length === 0 && seen.hosts.every((host) => host.roles.length === 0) && report.findings.length === 0 && !failed) io.err('lvs-gen: there is no LVS setup here: no IPVS service, no VIP, no script that makes one\n');
  else if (!options.quiet) io.err(`lvs-gen: ${verdictLine(report)}\n`);
  if (failed) return exit.unreadable;
  return report.findings.some((finding) => counts(finding, options.failOn, options.pedantic)) ? exit.findings : exit.clean;
}
