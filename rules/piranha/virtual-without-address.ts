import { hostRule } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import type { PiranhaService } from '../../src/model/piranha.ts';

export default hostRule({
  id: 'piranha/virtual-without-address',
  severity: 'error',
  title: 'A block of lvs.cf lacks a line without which it is not served.',
  needs: ['services'],
  docs: {
    what: 'A `virtual` has no `address`, no `active` or no `server`, or one of its servers has no `address` or no `active`.',
    why: 'What has no active counts as inactive, and lvsd passes over it without a word. Without an address the service is made for 0.0.0.0 and no VIP is held; without servers it is there and refuses every connection.',
    repair: '`active = 1` and `address = 192.168.14.60 eth0:1` in the virtual; `active = 1` and `address = 10.11.12.11` in each server.',
    exceptions: '`active = 0` is meant. A virtual of a firewall mark serves without an address of its own. Nothing is said of a block with lines that pulse refuses or a template fills.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [{ kind: 'manual', cite: 'lvs.cf(5), per-virtual server section', quote: 'The following items are required for each virtual server entry in the config file.' }],
  since: '0.1.0',
  *check({ host }) {
    const config = host.piranha;
    if (!config) return;
    for (const service of config.services) {
      if (service.kind !== config.runs || service.active?.value === false) continue;
      const lacking = service.open ? [] : lacksOf(service);
      if (lacking.length > 0) yield { at: service.at, note: `${service.kind} ${service.name} has no ${listed(lacking)}: ${lacking.includes('active') ? 'without active = 1 it is passed over' : lacking.includes('address') ? 'no VIP is held, and its service is one of 0.0.0.0' : 'every connection to it is refused'}` };
      for (const server of service.servers) {
        if (server.open || server.active?.value === false) continue;
        const missing = [...(server.address ? [] : ['address']), ...(server.active ? [] : ['active'])];
        if (missing.length > 0) yield { at: server.at, note: `server ${server.name} of ${service.name} has no ${listed(missing)}${server.active ? ': nanny asks 0.0.0.0' : ': without active = 1 it never gets a connection'}`, related: [{ at: service.at, note: `${service.kind} ${service.name}` }] };
      }
    }
  },
});

function lacksOf(service: PiranhaService): readonly string[] {
  return [...(service.active ? [] : ['active']), ...(service.address || service.mark !== undefined ? [] : ['address']), ...(service.kind === 'failover' || service.servers.length > 0 ? [] : ['server'])];
}
