import { hostRule } from '../../src/lint/rule.ts';
import { isShippedExample } from '../../src/model/shipped-example.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/sample-leftovers',
  severity: 'warning',
  title: 'Virtual servers of the example that comes with keepalived are still there.',
  needs: ['services'],
  docs: {
    what: 'Beside the host\'s own services stand those of keepalived.conf.sample, 10.10.10.2 and 10.10.10.3 port 1358 or 192.168.200.100 port 443, with the example\'s real servers.',
    why: 'Nobody asks for these addresses. keepalived checks their real servers for ever, logs and mails that they are down, and sends traffic to foreign networks.',
    repair: 'Delete the virtual_server blocks.',
    exceptions: 'A service of such an address whose VIP the host holds, or with other real servers.',
    references: ['https://github.com/acassen/keepalived/blob/master/keepalived/etc/keepalived/keepalived.conf.sample'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7, keepalived/etc/keepalived/keepalived.conf.sample', quote: 'virtual_server 10.10.10.2 1358' }],
  since: '0.1.0',
  *check({ host }) {
    const [first, ...others] = servicesOnce(host).filter((service) => isShippedExample(service, host));
    if (first) yield { at: first.at, note: `${showService(first)} is a service of keepalived's example`, related: others.map((service) => ({ at: service.at, note: `${showService(service)}, too` })), confidence: first.confidence };
  },
});
