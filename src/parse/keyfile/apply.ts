import { parseCidr, parseIp } from '../../base/ip.ts';
import { compareText } from '../../base/origin.ts';
import { unnamed } from '../../model/device.ts';
import type { TunnelSettings } from '../../model/host.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { sectionsOf, type IniEntry, type IniStatement } from '../ini.ts';
import { addConfigAddress, addConfigRoute, addDevice, metricOf, networkNotes, noteManager, noteLro, noteMtu, routeMtu } from '../network.ts';

/** Puts what NetworkManager's connections say on a draft: those that connect by themselves. */
export function applyKeyfiles(files: readonly ParsedFile<IniStatement>[], draft: HostDraft): void {
  for (const file of [...files].sort((a, b) => compareText(a.source.file, b.source.file))) applyConnection(file, draft);
}

function applyConnection({ statements }: ParsedFile<IniStatement>, draft: HostDraft): void {
  const entries = sectionsOf(statements).flatMap(({ entries: list }) => list);
  const last = (section: string, key: string): IniEntry | undefined => entries.findLast((entry) => entry.section === section && entry.key === key && entry.state !== 'wrong');
  const type = last('connection', 'type')?.value ?? '';
  if (/^(?:vpn|wireguard|bluetooth|gsm|cdma|pppoe)$/.test(type)) return;
  const named = last('connection', 'interface-name');
  const at = named?.at ?? entries[0]?.at;
  if (!at) return;
  // A connection that names no interface takes any NIC of its type: its addresses are the host's, on a device that nobody here can name.
  const device = named?.value && named.value !== '' ? named.value : unnamed;
  const starts = last('connection', 'autoconnect')?.value !== 'false';
  addDevice(draft, device, { value: starts, at }, type === 'loopback' ? 'loopback' : type === 'dummy' ? 'dummy' : type === 'ip-tunnel' ? 'tunnel' : undefined, type === 'ip-tunnel' ? tunnelOf(last) : undefined);
  if (!starts) return;
  noteManager(draft, device, { name: 'NetworkManager', at, keeps: false });
  const mtu = last('ethernet', 'mtu') ?? last('802-3-ethernet', 'mtu') ?? last('infiniband', 'mtu') ?? last('ip-tunnel', 'mtu');
  if (mtu) noteMtu(draft, device, mtu.value, mtu.at);
  const lro = last('ethtool', 'feature-lro');
  if (lro) noteLro(draft, device, lro.value, lro.at);
  for (const family of [4, 6] as const) {
    const section = `ipv${family}`;
    const method = last(section, 'method')?.value ?? (family === 4 ? 'auto' : 'ignore');
    if (method === 'disabled' || method === 'ignore' || method === 'link-local') continue;
    if ((method === 'auto' || method === 'dhcp') && family === 4 && type !== 'loopback' && type !== 'dummy') networkNotes(draft).dynamic.add(device);
    const metric = metricOf(last(section, 'route-metric')?.value) ?? ownMetric[type] ?? 675;
    let gateway = last(section, 'gateway');
    let via = gateway && parseIp(gateway.value);
    for (const entry of entries) {
      if (entry.section !== section || entry.state === 'wrong') continue;
      const [first = '', second, third] = entry.value.split(',').map((part) => part.replace(/;.*$/, '').trim());
      const cidr = parseCidr(first, 'host');
      if (!cidr || cidr.ip.family !== family) continue;
      if (/^address(?:es)?\d*$/.test(entry.key)) {
        addConfigAddress(draft, { label: device, ip: cidr.ip, prefix: cidr.prefix, prefixWritten: first.includes('/'), at: entry.at, confidence: 'certain' });
        // `address1=10.0.0.5/24,10.0.0.1`: the gateway may stand behind the address.
        const behind = second ? parseIp(second) : undefined;
        if (behind && !via) [gateway, via] = [entry, behind];
      } else if (/^route\d+$/.test(entry.key)) {
        addConfigRoute(draft, { to: cidr.prefix === 0 ? 'default' : cidr, via: second ? parseIp(second) : undefined, device, family, metric: metricOf(third) ?? metric, mtu: optionMtu(last(section, `${entry.key}_options`)?.value, family), at: entry.at });
      }
    }
    if (gateway && via && via.text !== '0.0.0.0' && last(section, 'never-default')?.value !== 'true') addConfigRoute(draft, { to: 'default', via, device, family, metric, at: gateway.at });
  }
}

/** Metrics that NetworkManager gives the routes of a connection by its type (nm_device_get_route_metric_default()). */
const ownMetric: Readonly<Record<string, number>> = { ethernet: 100, '802-3-ethernet': 100, infiniband: 150, bond: 300, team: 350, vlan: 400, bridge: 425, dummy: 550 };

/** `route1_options=mtu=1480,advmss=1440` */
function optionMtu(options: string | undefined, family: 4 | 6): number | undefined {
  const named = (word: string): string | undefined => new RegExp(`(?:^|,)\\s*${word}=(\\d+)`).exec(options ?? '')?.[1];
  return routeMtu(named('mtu'), named('advmss'), family);
}

/** Modes of nm-settings-keyfile(5), NMIPTunnelMode: numbers, or their names. */
const tunnelTypes: Readonly<Record<string, string>> = {
  1: 'ipip', 2: 'gre', 3: 'sit', 4: 'isatap', 5: 'vti', 6: 'ip6tnl', 7: 'ip6tnl', 8: 'ip6gre', 9: 'vti6', 10: 'gretap', 11: 'ip6gretap', ipip: 'ipip', gre: 'gre', sit: 'sit', vti: 'vti', ip6ip6: 'ip6tnl', ipip6: 'ip6tnl', ip6gre: 'ip6gre', vti6: 'vti6',
};

function tunnelOf(last: (section: string, key: string) => IniEntry | undefined): TunnelSettings | undefined {
  const type = tunnelTypes[last('ip-tunnel', 'mode')?.value ?? ''];
  const [remote, local] = (['remote', 'local'] as const).map((key) => parseIp(last('ip-tunnel', key)?.value ?? ''));
  return type === undefined ? undefined : { type, ...(remote && { remote }), ...(local && { local }) };
}
