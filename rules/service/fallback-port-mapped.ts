import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/fallback-port-mapped',
  severity: 'warning',
  title: 'The fallback server has another port than its service, and the forwarding cannot change ports.',
  needs: ['services'],
  docs: {
    what: 'A sorry_server or fallback is reached by direct routing or tunnelling, and its port is not that of the service.',
    why: 'The packet keeps the VIP and its port, on the director itself as well: the daemon of the emergency page is asked on the service’s port, where nothing listens, and clients are refused just when every real server is down.',
    repair: 'Let the daemon listen on the VIP (or on every address) and on the service’s port, and name that port.',
    exceptions: 'NAT; services of a firewall mark or of every port.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --real-server', quote: 'With the tunneling and direct routing methods, port must be equal to that of the service address.' }],
  since: '0.1.0',
  *check({ host }) {
    // One global line may serve many services: it is told once.
    const told = new Set<string>();
    for (const service of servicesOnce(host)) {
      const { key, managed } = service;
      const sorry = managed?.sorry;
      if (!sorry || key.by !== 'address' || key.port === 0 || !sorry.portWritten || sorry.port === 0 || sorry.port === key.port || sorry.forwarding === 'nat') continue;
      const place = `${sorry.at.file}:${sorry.at.line}`;
      if (told.has(place)) continue;
      told.add(place);
      yield { at: sorry.at, note: `port ${sorry.port} of ${sorry.rip.text} is never asked: requests for ${showService(service)} keep port ${key.port}`, related: [{ at: service.at, note: `the service has port ${key.port}` }], confidence: weakest(service.confidence) };
    }
  },
});
