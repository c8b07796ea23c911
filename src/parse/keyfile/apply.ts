import { parseCidr, parseIp } from '../../base/ip.ts';
import { compareText } from '../../base/origin.ts';
import { unnamed } from '../../model/device.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { sectionsOf, type IniEntry, type IniStatement } from '../ini.ts';
import { addConfigAddress, addConfigRoute, addDevice, networkNotes } from '../network.ts';

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
  addDevice(draft, device, { value: starts, at }, type === 'loopback' ? 'loopback' : type === 'dummy' ? 'dummy' : type === 'ip-tunnel' ? 'tunnel' : undefined);
  if (!starts) return;
  for (const family of [4, 6] as const) {
    const section = `ipv${family}`;
    const method = last(section, 'method')?.value ?? (family === 4 ? 'auto' : 'ignore');
    if (method === 'disabled' || method === 'ignore' || method === 'link-local') continue;
    if ((method === 'auto' || method === 'dhcp') && family === 4 && type !== 'loopback' && type !== 'dummy') networkNotes(draft).dynamic.add(device);
    let gateway = last(section, 'gateway');
    let via = gateway && parseIp(gateway.value);
    for (const entry of entries) {
      if (entry.section !== section || entry.state === 'wrong') continue;
      const [first = '', second] = entry.value.split(',').map((part) => part.replace(/;.*$/, '').trim());
      const cidr = parseCidr(first, 'host');
      if (!cidr || cidr.ip.family !== family) continue;
      if (/^address(?:es)?\d*$/.test(entry.key)) {
        addConfigAddress(draft, { label: device, ip: cidr.ip, prefix: cidr.prefix, prefixWritten: first.includes('/'), at: entry.at, confidence: 'certain' });
        // `address1=10.0.0.5/24,10.0.0.1`: the gateway may stand behind the address.
        const behind = second ? parseIp(second) : undefined;
        if (behind && !via) [gateway, via] = [entry, behind];
      } else if (/^route\d+$/.test(entry.key)) {
        addConfigRoute(draft, { to: cidr.prefix === 0 ? 'default' : cidr, via: second ? parseIp(second) : undefined, device, family, at: entry.at });
      }
    }
    if (gateway && via && via.text !== '0.0.0.0' && last(section, 'never-default')?.value !== 'true') addConfigRoute(draft, { to: 'default', via, device, family, at: gateway.at });
  }
}
