import { parseCidr, parseIp } from '../../base/ip.ts';
import type { SourceText } from '../../base/text.ts';
import type { Statement } from '../statement.ts';
import { groups } from './groups.ts';
import { shapeFaults } from './shape.ts';
import { readYaml, type YamlStatement } from '../yaml.ts';

/** Settings of a device that say nothing of addresses. */
const plain = new Set(
  `accept-ra activation-mode auth critical dhcp-identifier dhcp4-overrides dhcp6-overrides emit-lldp generic-receive-offload generic-segmentation-offload ignore-carrier infiniband-mode interfaces id ipv6-address-generation ipv6-address-token ipv6-mtu ipv6-privacy key keys large-receive-offload
 link link-local local macaddress match mode mtu nameservers networkmanager openvswitch optional optional-addresses parameters peer peers port ra-overrides receive-checksum-offload regulatory-domain remote renderer routing-policy set-name table tcp-segmentation-offload tcp6-segmentation-offload transmit-checksum-offload
 ttl virtual-function-count embedded-switch-mode delay-virtual-functions-rebind wakeonlan wakeonwlan access-points apn auto-config device-id network-id number password pin sim-id sim-operator-id username hairpin port-mac-learning neigh-suppress mac-learning mark type-of-service ageing limit arp-proxy notifications short-circuit checksums extensions flow-label do-not-fragment port-range keepalive use-dns`.split(/\s+/),
);

/** Reads a netplan file. */
export function readNetplan(source: SourceText): readonly YamlStatement[] {
  const statements = readYaml(source);
  const faults = shapeFaults(statements);
  return statements.map((statement) => {
    const fault = faults.get(statement);
    if (fault !== undefined) return { kind: 'none', at: statement.at, state: 'wrong', note: fault };
    return statement.kind === 'none' ? statement : { ...statement, ...judge(statement.path, statement.value) };
  });
}

function judge(path: readonly string[], value: string): Pick<Statement, 'state' | 'note'> {
  const [top, group, , setting, , inner] = path;
  if (top !== 'network') return { state: 'unread', note: `${top} is no setting of netplan that is known here` };
  if (group === undefined || group === 'version' || group === 'renderer' || group === 'openvswitch') return { state: 'ignored' };
  if (!groups.includes(group)) return { state: 'unread', note: `${group} is no setting of netplan that is known here` };
  if (setting === undefined) return { state: 'modelled' };
  const refused = (what: string): Pick<Statement, 'state' | 'note'> => ({ state: 'wrong', note: `'${value}' is no ${what}` });
  switch (setting) {
    case 'addresses':
      if (path.length === 5 && value !== '' && !(value.includes('/') && parseCidr(value))) return refused('address with a prefix length');
      return { state: 'modelled' };
    case 'gateway4':
    case 'gateway6':
      return value !== '' && !parseIp(value) ? refused('address') : { state: 'modelled' };
    case 'mode':
    case 'remote':
    case 'local':
      return { state: group === 'tunnels' && path.length === 4 ? 'modelled' : 'ignored' };
    case 'dhcp4':
    case 'dhcp6':
      return { state: 'modelled' };
    case 'routes':
      if (inner === 'via' && !parseIp(value)) return refused('address');
      if (inner === 'to' && value !== 'default' && !parseCidr(value, 'host')) return refused('network');
      return { state: inner === undefined || /^(?:to|via|table)$/.test(inner) ? 'modelled' : 'ignored' };
    default:
      return plain.has(setting) ? { state: 'ignored' } : { state: 'unread', note: `${setting} is no setting of netplan that is known here` };
  }
}
