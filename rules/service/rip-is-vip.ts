import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { destinationsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/rip-is-vip',
  severity: 'error',
  title: 'A service lists its own VIP as a real server.',
  needs: ['services'],
  docs: {
    what: 'A destination’s address is the VIP of its service.',
    why: 'The director holds the VIP, so the kernel delivers such a connection to the director itself, whatever the forwarding says. Most often the real server’s own address was meant: that server gets nothing, and each request that falls on this entry meets a closed port.',
    repair: 'Write the real server’s own address (RIP): `-r 192.168.1.10`.',
    exceptions: 'A director that serves as well lists itself by 127.0.0.1 or by its own address, not by the VIP.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.localnode.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), packet-forwarding-method', quote: 'real servers for addresses for which there are interfaces on the local node will be use the local forwarding method, then packets for the servers will be passed to upper layer on the local node.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { service, destination } of destinationsOf(host)) {
      if (!service.vips.some((vip) => vip.text === destination.rip.text)) continue;
      yield {
        at: destination.at,
        note: `the real server ${destination.rip.text} is the VIP of ${showService(service)} itself`,
        related: [{ at: service.at, note: 'the service' }],
        confidence: weakest(service.confidence, destination.confidence, service.managed?.group === undefined ? 'certain' : 'likely'),
      };
    }
  },
});
