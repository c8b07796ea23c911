import type { HostPlan, Plan } from '../plan/plan.ts';
import { templates } from './generated/templates.js';
import { comment, helpers } from './helpers.ts';
import { renderPlan, type RenderedFile } from './render.ts';

/** What one package is made of: its spec file, and its sources beside that. */
export interface RpmSource {
  /** `lvs-web-dr-web1` */
  readonly name: string;
  /** Name of the built file. */
  readonly file: string;
  readonly specFile: string;
  readonly sources: readonly { readonly name: string; readonly text: string; readonly mode: number }[];
}

export interface RpmOptions {
  readonly version: string;
  /** The package's release: to be raised when the spec changes. */
  readonly release: string;
  /** Seconds since 1970 that stand for every date in the package, so that the same spec gives the same package. */
  readonly epoch: number;
  readonly per: 'host' | 'role';
  /** Only these hosts. */
  readonly hosts: readonly string[];
}

/** A package a host, or a role where all hosts of it have the same files. `differs`: two hosts of a role that have not. */
export function rpmSources(plan: Plan, options: RpmOptions): readonly RpmSource[] | { readonly differs: readonly [string, string] } {
  const hosts = plan.hosts.filter(({ name }) => options.hosts.length === 0 || options.hosts.includes(name));
  const packs: RpmSource[] = [];
  for (const [label, members] of groupsOf(hosts, options.per)) {
    const sets = members.map((host) => renderPlan({ ...plan, hosts: [{ ...host, name: label }] }, { version: options.version }));
    const odd = sets.findIndex((files) => !sameFiles(files, sets[0]!));
    if (odd > 0) return { differs: [members[0]!.name, members[odd]!.name] };
    if (sets[0]!.length > 0) packs.push(packageOf(plan, members[0]!, label, sets[0]!, options));
  }
  return packs;
}

function groupsOf(hosts: readonly HostPlan[], per: 'host' | 'role'): readonly (readonly [string, readonly HostPlan[]])[] {
  if (per === 'host') return hosts.map((host) => [host.name, [host]]);
  return (['director', 'real-server'] as const).flatMap((role) => {
    const members = hosts.filter((host) => host.role === role);
    return members.length > 0 ? [[role, members] as const] : [];
  });
}

function sameFiles(a: readonly RenderedFile[], b: readonly RenderedFile[]): boolean {
  return a.length === b.length && a.every((file, at) => file.path === b[at]!.path && file.mode === b[at]!.mode && file.text === b[at]!.text);
}

function packageOf(plan: Plan, host: HostPlan, label: string, files: readonly RenderedFile[], { version, release, epoch }: RpmOptions): RpmSource {
  const name = `lvs-${plan.name}-${label}`;
  const service = files.find(({ path }) => path.startsWith('etc/init.d/'))?.path.slice('etc/init.d/'.length);
  const role = host.role === 'director' ? 'director' : 'real server';
  const listed = files.map(({ path, mode }, at) => ({
    path, source: sourceName(path), number: at, name: sourceName(path), mode: mode.toString(8).padStart(4, '0'),
    // A script is no configuration: rpm would keep an old one beside a new one.
    listing: path.startsWith('etc/init.d/') ? `%attr(0755, root, root) /${path}` : `%config(noreplace) %attr(0644, root, root) /${path}`,
  }));
  const specFile = templates.render('rpm/package.spec', {
    name, version, release, hasService: service !== undefined, service: service ?? '', files: listed, sources: listed, host: label,
    cluster: macroFree(plan.name), digest: plan.digest,
    // A hyphen parts version and release.
    packageVersion: version.replaceAll('-', '~'),
    summary: macroFree(`LVS ${role} of the cluster ${plan.name}`),
    description: lines(macroFree(`The init script and kernel parameters of ${label === host.name ? `the LVS ${role} ${label}` : `every LVS ${role}`} of the cluster ${plan.name}. Rendered by lvs-gen ${version} from the spec ${plan.name} (${plan.digest}).`)),
    // The folder is a link on RHEL, which must be there before a file is put into it.
    requires: ['/bin/bash', ...(service !== undefined ? ['/etc/init.d'] : []), 'iproute', ...(host.modules.length > 0 ? ['kmod'] : []), ...(host.role === 'director' ? ['ipvsadm'] : [])],
    date: changelogDate(epoch), packager: 'lvs-gen <lvs-gen@localhost>',
  }, helpers);
  return { name, file: `${name}-${version.replaceAll('-', '~')}-${release}.noarch.rpm`, specFile, sources: files.map(({ path, text, mode }) => ({ name: sourceName(path), text, mode })) };
}

function sourceName(path: string): string {
  return path.replace(/^etc\//, '').replaceAll('/', '-');
}

/** Text in a spec file: on one line, and without macros. */
function macroFree(text: string): string {
  return comment(text).replaceAll('%', '%%');
}

/** Text in lines of at most 79 characters, as rpmlint wants them; none begins with a percent sign, which would begin a section. */
function lines(text: string): readonly string[] {
  return (text.match(/\S.{0,76}\S(?=\s|$)|\S+/g) ?? []).map((line) => (line.startsWith('%') ? ` ${line}` : line));
}

/** `Thu Jan 01 2026`, in UTC. */
function changelogDate(epoch: number): string {
  const [weekday, day, month, year] = new Date(epoch * 1000).toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${year}`;
}
