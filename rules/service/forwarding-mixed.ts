import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/forwarding-mixed',
  severity: 'warning',
  title: 'One service forwards to some real servers by NAT and to others without.',
  needs: ['services'],
  docs: {
    what: 'Among the destinations of one service some are forwarded by NAT (-m) and others by direct routing or tunnelling (-g, -i).',
    why: 'The kernel allows it, but the two kinds need real servers that are set up in opposite ways: behind NAT the gateway is the director and nothing holds the VIP; the others hold the VIP, hide it from ARP and answer past the director. Where all are set up alike, the requests to one kind are lost: one in so many connections hangs.',
    repair: 'Give all destinations of the service the same forwarding.',
    exceptions: 'Direct routing beside tunnelling (near and far servers) is usual. The director itself (127.0.0.1) is delivered locally whatever is written.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), packet-forwarding-method', quote: '-g, --gatewaying Use gatewaying (direct routing). This is the default.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const others = service.destinations.filter((destination) => !isLoopback(destination.rip) && !host.addresses.some((address) => address.ip.text === destination.rip.text));
      const nat = others.filter((destination) => destination.forwarding === 'nat');
      const rest = others.filter((destination) => destination.forwarding !== 'nat');
      if (nat.length === 0 || rest.length === 0) continue;
      const odd = nat.length <= rest.length ? nat : rest;
      const usual = odd === nat ? rest : nat;
      const [first] = odd;
      yield {
        at: first!.forwardingAt ?? first!.at,
        note: `${showService(service)} reaches ${listed(nat.map(({ rip }) => rip.text))} by NAT and ${listed(rest.map(({ rip }) => rip.text))} without`,
        related: [...odd.slice(1), ...usual].map((destination) => ({ at: destination.forwardingAt ?? destination.at, note: destination.forwarding === 'nat' ? 'by NAT' : destination.forwarding === 'dr' ? `by direct routing${destination.forwardingWritten ? '' : ', the default'}` : 'by tunnelling' })),
        confidence: weakest(service.confidence, ...others.map((destination) => destination.confidence)),
      };
    }
  },
});
