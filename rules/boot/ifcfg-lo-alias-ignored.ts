import { listed, otherPlaces } from '../../src/lint/words.ts';
import { hostRule, type Problem } from '../../src/lint/rule.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { directPairs, heldVips, setsArp } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import { isRedHat, majorOf, type Release } from '../../src/model/release.ts';
import { faultsOf } from '../../src/model/table.ts';
import { effectsOf } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'boot/ifcfg-lo-alias-ignored',
  severity: 'warning',
  title: 'Boot does not bring up the alias of lo that holds the VIP.',
  needs: ['addresses'],
  docs: {
    what: 'A file ifcfg-lo:0 holds the VIP, and nothing takes it at boot: it says `ONPARENT=no`, or the host runs RHEL 8 or later (or a system made from it) without the package network-scripts.',
    why: 'From RHEL 8 on NetworkManager alone reads these files, and only those of connections that it supports: the loopback device and its aliases are not among them. After boot lo has no VIP, and the real server drops what the director sends.',
    repair: 'With NetworkManager 1.42 or later: `nmcli connection add type loopback con-name lo ifname lo ipv4.method manual ipv4.addresses 127.0.0.1/8,VIP/32`; with an older one a dummy: `nmcli connection add type dummy ifname dummy0 ipv4.method manual ipv4.addresses VIP/32`, or a unit that runs `ip addr add VIP/32 dev lo`. With initscripts: delete `ONPARENT=no`.',
    exceptions: 'Nothing is said where initscripts’ ifup is among the files, where a script brings the alias or the address up, or where the release is not known.',
    references: ['https://networkmanager.dev/docs/api/1.46.0/nm-settings-ifcfg-rh.html', 'https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/8/html/configuring_and_managing_networking/configuring-networkmanager-to-ignore-certain-devices_configuring-and-managing-networking'],
  },
  proof: [{ kind: 'manual', cite: 'nm-settings-ifcfg-rh(5), DESCRIPTION', quote: 'The plugin currently supports reading and writing Ethernet, Wi-Fi, InfiniBand, VLAN, Bond, Bridge, and Team connections.' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    yield* keptDown(host, cluster);
    const system = host.boot?.release;
    if (!system || host.boot?.networkScripts || !hasNetworkManagerAlone(system)) return;
    const unread = heldVips(host, cluster).filter(({ address }) => address?.by === 'config' && address.device === 'lo' && address.label !== undefined && !scripted(host, address.ip.text, address.label));
    const [first] = unread;
    if (!first) return;
    yield {
      at: first.at,
      note: `${first.address!.label} holds ${listed(unread.flatMap(({ ip }) => ip?.text ?? []))} in a file that ${system.id} ${majorOf(system)} does not read: network-scripts is not installed, and NetworkManager takes no alias of lo`,
      related: otherPlaces(first.at, [{ at: system.at, note: 'the release' }, ...unread.slice(1).map(({ at, ip }) => ({ at, note: `${ip!.text} as well` }))]),
      confidence: 'likely',
    };
  },
});

function* keptDown(host: Host, cluster: Cluster): Iterable<Problem> {
  const directed = directPairs(cluster, host).length > 0;
  if (!directed && !setsArp(host)) return;
  for (const { at, found, other, block } of faultsOf(host, 'initscripts', 'file-hidden')) {
    const [ip = ''] = found.split('/');
    if (block !== 'lo' || host.addresses.some((address) => address.ip.text === ip) || scripted(host, ip)) continue;
    yield { at: other ?? at, note: `${found} does not come up with lo`, ...(other ? { related: [{ at, note: `${ip} is held here` }] } : {}), confidence: directed ? 'certain' : 'likely' };
  }
}

/** Whether some action of a script brings an address or an alias of lo up. */
function scripted(host: Host, ip: string, label?: string): boolean {
  return host.scripts.some((script) => effectsOf(script, 'address', ({ effect }) => effect.does === 'add' && (effect.ip ? effect.ip.text === ip : effect.device === undefined || effect.device === 'lo') && (effect.label === undefined || label === undefined || effect.label === label || effect.ip !== undefined)).length > 0);
}

function hasNetworkManagerAlone(release: Release): boolean {
  const major = majorOf(release);
  if (major === undefined) return false;
  return release.id === 'fedora' ? major >= 33 : isRedHat(release) && release.id !== 'amzn' && major >= 8 && major < 20;
}
