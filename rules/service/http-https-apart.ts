import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

// They choose by an address, so that both services choose the same server.
const hashing = new Set(['sh', 'dh', 'mh']);

export default hostRule({
  id: 'service/http-https-apart',
  severity: 'info',
  title: 'HTTP and HTTPS of one address are persistent each on its own.',
  needs: ['services'],
  docs: {
    what: 'Port 80 and port 443 of a VIP are two persistent services with the same real servers.',
    why: 'Persistence is kept for each service: a client that fills a basket over HTTP may get another server over HTTPS, which does not know its session.',
    repair: 'Mark both ports alike (`iptables -t mangle -A PREROUTING -d VIP -p tcp -m multiport --dports 80,443 -j MARK --set-mark 1`) and balance the mark: `ipvsadm -A -f 1 -s wlc -p 600`.',
    exceptions: 'Sessions that the servers share, or HTTP that only redirects. A scheduler that hashes the client’s address chooses the same server twice.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --fwmark-service', quote: 'It can be used to build a virtual service associated with the same real servers, covering multiple IP address, port and protocol triplets.' }],
  since: '0.1.0',
  *check({ host }) {
    const services = servicesOnce(host).filter((service) => service.persistence && !hashing.has(service.scheduler) && service.destinations.length > 1);
    const on = (port: number): readonly Service[] => services.filter(({ key }) => key.by === 'address' && key.protocol === 'tcp' && key.port === port);
    for (const http of on(80)) {
      const https = on(443).find((each) => each.vips[0]?.text === http.vips[0]?.text && servers(each) === servers(http));
      if (https) yield { at: https.at, note: `${showService(https)} and ${showService(http)} each choose a server for a client`, related: [{ at: http.at, note: 'HTTP, persistent by itself' }], confidence: weakest(http.confidence, https.confidence) };
    }
  },
});

function servers(service: Service): string {
  return [...new Set(service.destinations.map(({ rip }) => rip.text))].sort().join(' ');
}
