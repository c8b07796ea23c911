import type { HostPlan } from './plan.ts';
import { networkHintsOf } from './network-hints.ts';
import { holderOf, type Division } from './targets.ts';

/** What is left to do on the hosts once the files are written: for each form what puts it in place, and what checks it. */
export function hintsOf(hosts: readonly HostPlan[], division: Division): readonly string[] {
  const directors = hosts.filter((host) => host.role === 'director');
  const realServers = hosts.filter((host) => host.role === 'real-server');
  const scripted = realServers.some((host) => holderOf(host, division) === 'scripts');
  const marked = hosts.some((host) => host.role === 'director' && host.services.some(({ key }) => key.by === 'fwmark'));
  const hints = [
    'Copy each folder to its host, to /: the path below it is the path there.',
    `On a director: ${[...(marked && division.table !== 'sysv' && division.table !== 'systemd' ? ['systemctl enable --now lvs-marks'] : []), startsDirector[division.table]].join('; ')}.`,
    ...(scripted ? [`On a real server: ${startsRealServer[division.scripts]}.`] : []),
    'Before that, on every host: sysctl --system. Look whether it works: lvs-gen lint /etc, and ipvsadm -Ln on the director.',
  ];
  const checked = directors.some((host) => host.role === 'director' && host.services.some(({ destinations }) => destinations.some(({ check }) => check.path.at(-1) === 'check')));
  if (checked && division.table !== 'keepalived' && division.table !== 'ldirectord') hints.push(`Nothing carries out the health checks of the spec with --target ${division.table}; keepalived and ldirectord do.`);
  const nat = realServers.filter((host) => host.role === 'real-server' && host.forwardings.includes('nat'));
  if (nat.length > 0) {
    const gateways = [...new Set(nat.flatMap((host) => host.gateways.map(({ via }) => via.text)))];
    const ways = gateways.length > 0 ? gateways : directors.flatMap((host) => host.addresses.map(({ cidr }) => cidr.ip.text));
    hints.push(`NAT: the default gateway of ${nat.map((host) => host.name).join(', ')} must be ${ways.join(' or ')}${division.network === undefined ? '; it is best set in their network configuration: real makes it only where there is none' : ''}.`);
  }
  hints.push(...networkHintsOf(hosts, division));
  if (directors.length > 1 && (division.table === 'sysv' || division.table === 'systemd')) {
    const script = division.table === 'sysv' ? 'service ipvs' : 'lvs-director';
    hints.push(`Hand-over: ${script} backup on the active director, then ${script} start on the other. Nothing does it by itself; --target keepalived does.`);
  }
  return hints;
}

const startsDirector: Readonly<Record<Division['table'], string>> = {
  sysv: 'service ipvs start; at boot: systemctl daemon-reload && systemctl enable ipvs (systemd), chkconfig --add ipvs (RHEL 6), update-rc.d ipvs defaults (Debian without systemd)',
  systemd: 'systemctl daemon-reload && systemctl enable --now lvs-director',
  ipvsadm: 'systemctl daemon-reload && systemctl enable --now ipvsadm; after a new render: systemctl restart ipvsadm',
  keepalived: 'keepalived -t -f /etc/keepalived/keepalived.conf && systemctl enable --now keepalived; after a new render: systemctl reload keepalived',
  ldirectord: 'systemctl enable --now ldirectord; after a new render: systemctl restart ldirectord',
};

const startsRealServer: Readonly<Record<Division['scripts'], string>> = {
  sysv: 'service real start; at boot: systemctl daemon-reload && systemctl enable real (systemd), chkconfig --add real (RHEL 6), update-rc.d real defaults (Debian without systemd)',
  systemd: 'systemctl daemon-reload && systemctl enable --now lvs-real-server',
};
