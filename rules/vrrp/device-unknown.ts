import { hostRule } from '../../src/lint/rule.ts';
import { unnamed } from '../../src/model/device.ts';

export default hostRule({
  id: 'vrrp/device-unknown',
  severity: 'error',
  title: 'A VRRP instance runs on a device that the host does not have.',
  needs: ['services', 'addresses'],
  docs: {
    what: 'The `interface` of a vrrp_instance is no device that the host’s network configuration knows.',
    why: 'keepalived ends or goes to FAULT state: this host never takes the VIP, which nobody notices before the other one fails.',
    repair: '`interface eth0` as `ip link` and the network configuration call it; the same file on two hosts wants the same names on both.',
    exceptions: 'Told only where a network configuration was seen that gives some card an address. A card that a network file names without an address, a device that keepalived may wait for (`dynamic_interfaces`), a VLAN or macvlan on a known card, bridges, bonds and tunnels that something else may make are left alone.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), interface', quote: 'interface for inside_network, bound by vrrp.' }],
  since: '0.1.0',
  *check({ host }) {
    const vips = new Set((host.vrrp ?? []).flatMap((instance) => instance.vips.map(({ ip }) => ip.text)));
    // Addresses that keepalived itself adds (static_ipaddress) are no network configuration.
    const own = new Set((host.vrrp ?? []).flatMap(({ device }) => device?.at.file ?? []));
    const configured = host.addresses.filter(({ device, ip, by, at }) => by === 'config' && isCard(device) && !vips.has(ip.text) && !own.has(at.file));
    const cards = [...new Set(configured.map(({ device }) => device))];
    // A file that names a card without an address (DHCP, a card that only VIPs are on) sets whether boot brings it up; one that means it by its MAC address may mean any.
    if (cards.length === 0 || host.devices.has(unnamed)) return;
    for (const { device, name, conditional } of host.vrrp ?? []) {
      if (!device || conditional || !isCard(device.value) || cards.includes(device.value) || host.devices.get(device.value)?.up.state === 'set') continue;
      const [first] = configured;
      yield {
        at: device.at,
        note: `${name} runs on ${device.value}, but the network configuration knows ${cards.join(', ')}`,
        related: [{ at: first!.at, note: `${first!.device} is configured here` }],
        confidence: 'likely',
      };
    }
  },
});

/** A network card by its name, as the kernel or systemd gives it: what is stacked upon cards may be made by something else. */
function isCard(device: string): boolean {
  return /^(?:eth\d+|en[ops]\w+|enx[0-9a-f]+|em\d+|p\d+p\d+|ens\d+)$/.test(device);
}
