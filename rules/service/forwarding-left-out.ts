import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import type { Host } from '../../src/model/host.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { destinationsOf, showEnd } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/forwarding-left-out',
  severity: 'warning',
  title: 'An ipvsadm line leaves the forwarding method to its default, direct routing.',
  needs: ['services'],
  docs: {
    what: 'A destination is added without -g, -i or -m.',
    why: 'ipvsadm then takes direct routing. On a director that is set up for NAT (forwarding switched on, private real servers behind it) the real servers get packets for a VIP that they do not hold, and drop them; nothing complains.',
    repair: 'Write what is meant: `-m` for NAT, `-g` for direct routing, `-i` for tunnelling.',
    exceptions: 'keepalived and ldirectord have rules of their own. Where nothing on the director speaks of NAT the finding is only possible.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), packet-forwarding-method', quote: '-g, --gatewaying Use gatewaying (direct routing). This is the default.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { service, destination } of destinationsOf(host)) {
      if (service.managed || destination.forwardingWritten) continue;
      const { sure, why } = suspicion(host, service);
      yield {
        at: destination.at,
        note: `${showEnd(destination)} of ${showService(service)} is reached by direct routing, because nothing else is written${why ? `; ${why}` : ''}`,
        confidence: weakest(service.confidence, destination.confidence, sure),
      };
    }
  },
});

/** How sure it is that NAT was meant. */
function suspicion(host: Host, service: Service): { readonly sure: Confidence; readonly why?: string } {
  if (service.destinations.some((other) => other.forwardingWritten && other.forwarding === 'nat')) return { sure: 'certain', why: 'another destination of the service is written with NAT' };
  const { key } = service;
  if (key.by === 'address' && key.port !== 0 && service.destinations.some((other) => !other.forwardingWritten && other.portWritten && other.port !== key.port)) return { sure: 'certain', why: 'its port differs from the service’s, which only NAT can do' };
  if (host.services.some((other) => other.destinations.some((each) => each.forwardingWritten && each.forwarding === 'nat'))) return { sure: 'likely', why: 'other services of this director are written with NAT' };
  return { sure: 'possible' };
}
