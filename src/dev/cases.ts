import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compareText } from '../base/origin.ts';
import { sourceText } from '../base/text.ts';
import { findInputs } from '../commands/inputs.ts';
import { inReleases, lookAt, type Look, type LookWith, type PlannedInput } from '../commands/look.ts';
import type { Io } from '../commands/command.ts';
import { readConfig } from '../commands/config.ts';
import type { Releases } from '../lint/versions.ts';
import { planCluster } from '../plan/plan.ts';
import { readSpec } from '../spec/read.ts';
import type { Finding } from '../lint/rule.ts';

/** One tree of a rule: hosts, and a spec when the case needs one. */
export interface Case {
  readonly rule: string;
  /** `bad-script`, `good-value-two`, `fixed-script` */
  readonly name: string;
  readonly folder: string;
}

const root = 'fixtures/rules';

/** Every case of every rule, or of one, in order. */
export function casesOf(rule?: string): readonly Case[] {
  const ids = rule ? [rule] : folders(root).flatMap((family) => folders(join(root, family)).map((name) => `${family}/${name}`));
  return ids.flatMap((id) => folders(join(root, id)).map((name) => ({ rule: id, name, folder: join(root, id, name) })));
}

/** Reads and judges a case as `lint` would, without ShellCheck. */
export async function lookAtCase(one: Case): Promise<Look> {
  return (await lookWithCase(one))();
}

/** The same, to be looked at again with other texts. */
export async function lookWithCase(one: Case): Promise<LookWith> {
  const { inputs } = await findInputs([one.folder], undefined, nowhere);
  const spec = join(one.folder, 'spec.json');
  const plan = existsSync(spec) ? planned(spec) : undefined;
  const releases = releasesOf(join(one.folder, '.lvs-genrc'));
  return (replace) => inReleases(lookAt(inputs.filter((input) => input.kind === 'host'), plan, replace), releases);
}

/** Of a case's own settings only the releases count: levels and ignores would hide what a rule finds. */
function releasesOf(file: string): Releases {
  return existsSync(file) ? readConfig([join(dirname(file), 'x')], nowhere).releases : {};
}

function planned(file: string): PlannedInput {
  const source = sourceText('spec', 'spec.json', readFileSync(file, 'utf8'));
  const located = readSpec(source);
  if ('problems' in located) throw new Error(`${file}: ${located.problems[0]?.note}`);
  const result = planCluster(located);
  if ('refused' in result) throw new Error(`${file}: ${result.refused[0]?.note}`);
  return { cluster: result.plan.cluster, source };
}

/** A finding as findings.txt shows it. */
export function showFinding(finding: Finding): string {
  const sure = finding.confidence === 'certain' ? '' : ` (${finding.confidence})`;
  const related = (finding.related ?? []).map(({ at, note }) => `    ${'file' in at ? `${at.host}:/${at.file}:${at.line}:${at.column}` : `${at.host}: ${at.default}`}: ${note}\n`).join('');
  const fix = finding.fix ? `    fix (${finding.fix.safe ? 'safe' : 'unsafe'}): ${finding.fix.title}\n` : '';
  return `  ${finding.severity}[${finding.rule}] ${finding.at.host}:/${finding.at.file}:${finding.at.line}:${finding.at.column}-${finding.at.endLine}:${finding.at.endColumn}${sure}: ${finding.note}\n${related}${fix}`;
}

/** What findings.txt of a rule must hold: all findings of its bad cases. */
export async function findingsText(rule: string): Promise<string> {
  const parts: string[] = [];
  for (const one of casesOf(rule).filter(({ name }) => name.startsWith('bad-'))) parts.push(`${one.name}\n${(await lookAtCase(one)).verdict.findings.map(showFinding).join('')}`);
  return parts.join('\n');
}

/** Whole setups below fixtures/wild, each with an accepted findings.txt. */
export function wildSetups(): readonly Case[] {
  return folders('fixtures/wild').map((name) => ({ rule: 'wild', name, folder: join('fixtures/wild', name) }));
}

/** What findings.txt of a whole setup must hold: findings, rules that could not judge a host, and lines that were not understood. */
export async function wildText(one: Case): Promise<string> {
  const { verdict, hosts } = await lookAtCase(one);
  const roles = hosts.map(({ host }) => `${host.name}: ${host.roles.length > 0 ? host.roles.join(', ') : 'no role'}\n`).join('');
  const skipped = verdict.skipped.map(({ rule, host, needs }) => `  skipped ${rule} on ${host}: ${needs.join(', ')}\n`).join('');
  const unread = hosts.flatMap(({ log }) => log.unread).map(({ at, text }) => `  unread ${at.host}:/${at.file}:${at.line}: ${text}\n`).join('');
  return `${roles}\n${verdict.findings.map(showFinding).join('')}${skipped}${unread}`;
}

function folders(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path).filter((name) => statSync(join(path, name)).isDirectory()).sort(compareText);
}

/** A world without terminal: what is printed is lost. */
export const nowhere: Io = {
  cwd: process.cwd(),
  env: {},
  version: '0',
  out: () => undefined,
  err: () => undefined,
  outIsTerminal: false,
  errIsTerminal: false,
  stdin: async () => new Uint8Array(),
};
