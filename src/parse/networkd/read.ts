import { parseCidr, parseIp } from '../../base/ip.ts';
import type { SourceText } from '../../base/text.ts';
import { overlookedKey, overlookedSection, type KnownKeys } from '../ini-near.ts';
import { readIni, type IniStatement } from '../ini.ts';
import type { Statement } from '../statement.ts';

const modelled: Readonly<Record<string, RegExp>> = {
  Match: /^Name$/,
  Network: /^(?:Address|Gateway|DHCP|IPForward|IPv4Forwarding|IPv6Forwarding)$/,
  Address: /^(?:Address|Label|Scope|Broadcast|DuplicateAddressDetection)$/,
  Route: /^(?:Destination|Gateway|Table)$/,
  NetDev: /^(?:Name|Kind)$/,
  Tunnel: /^(?:Local|Remote)$/,
};
/** Keys on which it hangs which addresses and routes a device gets. */
const keys: KnownKeys = {
  Match: ['Name'],
  Link: ['MTUBytes', 'Unmanaged', 'ActivationPolicy', 'RequiredForOnline'],
  Network: ['Address', 'Gateway', 'DHCP', 'IPForward', 'IPv4Forwarding', 'IPv6Forwarding', 'Tunnel', 'KeepConfiguration', 'LinkLocalAddressing', 'ConfigureWithoutCarrier'],
  Address: ['Address', 'Label', 'Scope', 'Broadcast', 'DuplicateAddressDetection', 'Peer'],
  Route: ['Destination', 'Gateway', 'Table', 'Metric', 'Scope', 'MTUBytes'],
  NetDev: ['Name', 'Kind', 'MTUBytes'],
  Tunnel: ['Local', 'Remote', 'Independent'],
};

/** Conditions on other things than the name: which device they mean cannot be known. */
const otherMatch = /^(?:MACAddress|PermanentMACAddress|Path|Driver|Type|Kind|Property|WLANInterfaceType|SSID|BSSID)$/;

/** Reads a .network or .netdev file of systemd-networkd, or a drop-in of one. */
export function readNetworkd(source: SourceText): readonly IniStatement[] {
  return readIni(source, judge, true, (section) => overlookedSection(keys, section));
}

function judge(section: string, key: string, value: string): Pick<Statement, 'state' | 'note'> {
  if (section === 'Match' && otherMatch.test(key)) return { state: 'partly', note: 'which device this means cannot be known' };
  const missed = overlookedKey(keys, section, key);
  if (missed) return missed;
  if (!modelled[section]?.test(key)) return { state: 'ignored' };
  if (value === '') return { state: 'modelled' };
  const refused = (what: string): Pick<Statement, 'state' | 'note'> => ({ state: 'wrong', note: `'${value}' is no ${what}` });
  if (key === 'Address' && !parseCidr(value, 'host')) return refused('address');
  if (key === 'Gateway' && !parseIp(value) && !/^_(?:dhcp4|ipv6ra|dhcp6)$/.test(value)) return refused('address');
  if (key === 'Destination' && !parseCidr(value, 'host')) return refused('network');
  return { state: 'modelled' };
}
