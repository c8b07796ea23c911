import { hostRule } from '../../src/lint/rule.ts';

export default hostRule({
  id: 'keepalived/brief-nat-portless',
  severity: 'error',
  title: 'A NAT service without a port takes everything that comes to the VIP.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server of keepalived has no port (or port 0) and forwards by NAT.',
    why: 'All ports of the VIP go to the real servers, ssh to the director among them; whoever manages the director through that address is locked out, or lands on a real server.',
    repair: '`virtual_server 192.168.1.10 80 {`: name the port.',
    exceptions: 'A service of a firewall mark has no port of its own. DR and TUN services of all ports are usual, and need persistence.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), -t', quote: 'A Port of zero is only valid if the service is persistent as the -p|--persistent option, in which case it is a wild-card port, that is connections will be accepted to any port.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { key, managed, destinations, at, confidence } of host.services) {
      if (managed?.by !== 'keepalived' || key.by !== 'address' || key.port !== 0) continue;
      const sent = destinations.find(({ forwarding }) => forwarding === 'nat');
      if (sent) yield { at, note: `every port of ${key.vip.text} goes to ${destinations.map(({ rip }) => rip.text).join(', ')} by NAT, that of ssh too`, related: [{ at: sent.at, note: sent.forwardingWritten ? 'a destination by NAT' : 'NAT is what keepalived takes where nothing is written' }], confidence };
    }
  },
});
