import { networkOf, showCidr } from '../base/ip.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Host } from '../model/host.ts';
import type { DirectorPlan, Plan, RealServerPlan } from '../plan/plan.ts';
import type { RenderedFile } from '../render/render.ts';

/** Real servers that need not be judged, because an equal one is: names and addresses (text form of the RIPs). */
export interface Alike {
  readonly hosts: ReadonlySet<string>;
  readonly rips: ReadonlySet<string>;
}

/**
 * Real servers whose files and plan differ from those of an earlier one in nothing but their names, their addresses within one network, and the seals of the files: what is wrong with one is
 * wrong with all. Directors are never alike.
 */
export function alikeHosts(plan: Plan, files: readonly RenderedFile[]): Alike {
  const texts = new Map<string, string>();
  for (const { host, path, mode, text } of files) texts.set(host, `${texts.get(host) ?? ''}${path} ${mode}\n${text.replace(ownLines, '')}\0`);
  const served = destinationsOf(plan);
  const known = new Set<string>();
  const hosts = new Set<string>();
  const rips = new Set<string>();
  for (const host of plan.hosts) {
    if (host.role === 'director') continue;
    const kind = `${texts.get(host.name)}${formOf(host)}${(served.get(host.name) ?? []).join()}`;
    if (!known.has(kind)) known.add(kind);
    else {
      hosts.add(host.name);
      for (const { cidr } of host.addresses) rips.add(cidr.ip.text);
    }
  }
  return { hosts, rips };
}

/** Lines of a rendered file that name its host or seal it. */
const ownLines = /^# (?:lvs-gen|Made for|seals) .*$/gm;

function formOf(host: RealServerPlan): string {
  const { name: _name, path: _path, addresses, ...rest } = host;
  return JSON.stringify([addresses.map(({ cidr, device }) => [showCidr(networkOf(cidr)), device]), rest], (key, value: unknown) => (key === 'path' ? undefined : value));
}

/** How the directors send to each real server, by its name. */
function destinationsOf(plan: Plan): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, string[]>();
  for (const director of plan.hosts.filter((host): host is DirectorPlan => host.role === 'director'))
    for (const [at, { destinations }] of director.services.entries())
      for (const { realServer, rip: _rip, path: _path, check, ...rest } of destinations) {
        const list = all.get(realServer) ?? [];
        if (list.length === 0) all.set(realServer, list);
        list.push(JSON.stringify([director.name, at, rest, { ...check, path: undefined }]));
      }
  return all;
}

/** A host that no longer sends to those that are alike. */
export function withoutAlike<T extends Pick<Host, 'services'>>(host: T, { rips }: Alike): T {
  if (host.services.length === 0) return host;
  return { ...host, services: host.services.map((service) => ({ ...service, destinations: service.destinations.filter(({ rip }) => !rips.has(rip.text)) })) };
}

/** The plan's cluster, without those that are alike. */
export function clusterWithoutAlike(cluster: Cluster, alike: Alike): Cluster {
  return { ...cluster, hosts: cluster.hosts.filter(({ name }) => !alike.hosts.has(name)).map((host) => withoutAlike(host, alike)), pairs: cluster.pairs.filter(({ realServer }) => !realServer || !alike.hosts.has(realServer.name)) };
}
