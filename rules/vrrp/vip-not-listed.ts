import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { isShippedExample } from '../../src/model/shipped-example.ts';
import { listed } from '../../src/lint/words.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'vrrp/vip-not-listed',
  severity: 'error',
  title: 'A VIP that keepalived serves is held by none of its VRRP instances.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server has an address that stands in no virtual_ipaddress or virtual_ipaddress_excluded, while the same keepalived has VRRP instances, and nothing else on the host holds it.',
    why: 'keepalived makes the IPVS service, but no host takes the address: nobody answers ARP for it, and no packet for the service ever arrives. Often it is left over from the shipped sample.',
    repair: 'List the VIP in the virtual_ipaddress of an instance, or correct the virtual_server’s address.',
    exceptions: 'Firewall marks and groups; a configuration without VRRP or with parts that could not be read; an address that the host holds by other means.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5)', quote: 'addresses add|del on change to MASTER, to BACKUP. With the same entries on other machines, the opposite transition will be occurring.' }],
  silences: ['vip/director-lacks-it'],
  since: '0.1.0',
  *check({ host }) {
    const instances = host.vrrp ?? [];
    const listedVips = instances.flatMap(({ vips }) => vips);
    if (listedVips.length === 0 || !host.keepalived?.whole || instances.some(({ conditional }) => conditional)) return;
    // Lines that keepalived drops may have listed it.
    const lost = (host.faults ?? []).some(({ kind, program }) => program === 'keepalived' && kind === 'unbalanced-brace');
    for (const service of servicesOnce(host)) {
      const { key, managed } = service;
      if (managed?.by !== 'keepalived' || managed.group !== undefined || key.by !== 'address' || isLoopback(key.vip) || isShippedExample(service, host)) continue;
      if (host.addresses.some((address) => address.ip.text === key.vip.text) || listedVips.some(({ ip }) => ip.text === key.vip.text)) continue;
      yield {
        at: service.at,
        note: `${key.vip.text} is served, but VRRP holds only ${listed(listedVips.slice(0, 6).map(({ ip }) => ip.text))}${listedVips.length > 6 ? ' …' : ''}`,
        related: instances.slice(0, 4).map((instance) => ({ at: instance.at, note: `${instance.name} does not list it` })),
        confidence: weakest(service.confidence, host.seen.has('addresses') ? 'certain' : 'likely', lost ? 'possible' : 'certain'),
      };
    }
  },
});
