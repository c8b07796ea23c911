import { weakest } from '../../src/base/fact.ts';
import { prefixOfNetmask } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'persistence/granularity-wide',
  severity: 'warning',
  title: 'Persistence binds whole networks of clients to one real server.',
  needs: ['services'],
  docs: {
    what: 'The netmask of a persistent service (-M, persistence_granularity, netmask) is shorter than a host: 255.255.255.0 and the like.',
    why: 'All clients of such a network are sent to the server that the first of them got. A company or a provider behind one network then loads a single server, and an “equal” schedule is far from it.',
    repair: 'Leave the netmask out, or write 255.255.255.255 (IPv6: 128).',
    exceptions: 'Where clients come through a farm of proxies that change their address, a wide netmask is meant: say so in an ignore.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --netmask', quote: 'The source address of the request is masked with this netmask to direct all clients from a network to the same real server. The default is 255.255.255.255, that is, the persistence granularity is per client host.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const mask = service.persistence?.netmask;
      if (mask === undefined) continue;
      const prefix = /^\d{1,3}$/.test(mask) ? Number(mask) : prefixOfNetmask(mask);
      const six = service.key.by === 'address' ? service.key.vip.family === 6 : service.key.family === 6;
      if (prefix === undefined || prefix >= (six ? 64 : 32)) continue;
      yield { at: service.persistenceAt ?? service.at, note: `${showService(service)} binds clients by the netmask ${mask}`, confidence: weakest(service.confidence) };
    }
  },
});
