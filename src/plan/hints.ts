import type { HostPlan } from './plan.ts';

/** What is left to do on the hosts once the files are written. */
export function hintsOf(hosts: readonly HostPlan[]): readonly string[] {
  const directors = hosts.filter((host) => host.role === 'director');
  const scripted = hosts.filter((host) => host.role === 'director' || host.vips.length > 0 || host.routes.length > 0);
  const services = [...new Set(scripted.map((host) => (host.role === 'director' ? 'ipvs' : 'real')))];
  const hints = [
    'Copy each folder to its host, to /: the path below it is the path there.',
    ...services.map((service) => `At boot, ${service === 'ipvs' ? 'on a director' : 'on a real server'}: systemctl daemon-reload && systemctl enable ${service} (systemd), chkconfig --add ${service} (RHEL 6), update-rc.d ${service} defaults (Debian without systemd).`),
    `At once: sysctl --system, then ${services.map((service) => `service ${service} start`).join(' and ')}; after a new render: restart.`,
  ];
  const nat = hosts.filter((host) => host.role === 'real-server' && host.forwardings.includes('nat'));
  if (nat.length > 0) hints.push(`NAT: the default gateway of ${nat.map((host) => host.name).join(', ')} must be ${directors.map((host) => host.addresses.map(({ cidr }) => cidr.ip.text).join(' or ')).join(' or ')}; it is best set in their network configuration: real makes it only where there is none.`);
  return hints;
}
