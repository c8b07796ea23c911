import { clusterRule, type Problem } from '../../src/lint/rule.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { deviceOfLabel, kindOn } from '../../src/model/device.ts';
import { resourcesOf, type HeartbeatConfig, type ResourceGroup } from '../../src/model/heartbeat.ts';
import type { Host } from '../../src/model/host.ts';

export default clusterRule({
  id: 'boot/haresources-vip-as-alias',
  severity: 'warning',
  title: 'The haresources file puts the VIP on lo, or is another one on each director.',
  needs: ['addresses'],
  docs: {
    what: 'A line of /etc/ha.d/haresources puts the VIP on lo, as a real server holds it, or the directors’ files differ in the resources of a VIP or in the node that has them.',
    why: 'An address of lo is in no network of a card: heartbeat announces it on no wire, and after a takeover clients and routers go on sending to the director that is dead. Files that differ make both directors owner of a VIP, or none: with each started as the owner both answer ARP for it.',
    repair: 'One file for all nodes: `lvs1 IPaddr2::172.16.1.100/24/eth0/172.16.1.255 ldirectord::ldirectord.cf`, copied to each director; it names the preferred node, not the one that it lies on.',
    exceptions: 'Comments, blanks and the order of lines may differ. Nothing is said where a template fills the file, or where ha.cf leaves the resources to the CRM.',
    references: ['http://linux-ha.org/wiki/Haresources'],
  },
  proof: [{ kind: 'manual', cite: 'linux-ha.org, haresources', quote: 'Note that it is absolutely mandatory for the haresources files to be identical on both machines.' }],
  since: '0.1.0',
  *check(cluster) {
    for (const host of cluster.hosts) yield* onLo(host);
    yield* differing(cluster);
  },
});

function* onLo(host: Host): Iterable<Problem> {
  for (const { resource } of resourcesOf(host.heartbeat)) {
    const { address } = resource;
    if (!address?.device || kindOn(host, deviceOfLabel(address.device.value)) !== 'loopback') continue;
    yield { at: address.device.at, note: `heartbeat puts the VIP ${address.ip.text} on ${address.device.value}, where a takeover is announced on no wire: expected the card that faces the clients` };
  }
}

/** Of two files that share a VIP the second is told at its first group that the other has not. */
function* differing({ hosts }: Cluster): Iterable<Problem> {
  const files = hosts.flatMap((host) => (host.heartbeat?.whole ? [{ host, config: host.heartbeat }] : []));
  for (const [index, { config }] of files.entries()) {
    const other = files.slice(0, index).find((earlier) => sharesVip(earlier.config, config));
    if (!other) continue;
    const theirs = other.config.groups;
    const group = config.groups.find((own) => !theirs.some((one) => sameGroup(one, own)));
    const lost = theirs.find((one) => !config.groups.some((own) => sameGroup(one, own)));
    if (!group && !lost) continue;
    const twin = group && theirs.find((one) => vipsOf(one).some((vip) => vipsOf(group).includes(vip)));
    const owners = group && twin && group.node !== twin.node;
    yield {
      at: group?.at ?? config.at,
      note: owners ? `${vipsOf(group)[0]} belongs to ${group.node} here and to ${twin.node} on ${other.host.name}: both take it` : `haresources is not that of ${other.host.name}, and it must be the same on all nodes`,
      related: [{ at: twin?.at ?? lost?.at ?? other.config.at, note: twin ? `${twin.node} has it by the file of ${other.host.name}` : 'there it reads so' }],
    };
  }
}

function sharesVip(a: HeartbeatConfig, b: HeartbeatConfig): boolean {
  return a.groups.some((group) => vipsOf(group).some((vip) => b.groups.some((other) => vipsOf(other).includes(vip))));
}

function vipsOf(group: ResourceGroup): readonly string[] {
  return group.resources.flatMap(({ address }) => (address ? [address.ip.text] : []));
}

function sameGroup(a: ResourceGroup, b: ResourceGroup): boolean {
  const text = ({ node, resources }: ResourceGroup): string => [node, ...resources.map(({ name, args }) => [name, ...args].join('::'))].join(' ');
  return text(a) === text(b);
}
