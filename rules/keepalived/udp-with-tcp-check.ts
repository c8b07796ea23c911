import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';

export default hostRule({
  id: 'keepalived/udp-with-tcp-check',
  severity: 'warning',
  title: 'A UDP service is checked by TCP.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server of protocol UDP has a real server whose check opens a TCP connection to the service’s own port: TCP_CHECK, HTTP_GET, SSL_GET or SMTP_CHECK without another connect_port.',
    why: 'A daemon that speaks UDP only refuses the connection: the server counts as dead and never gets a packet. One that speaks both may be dead on UDP and still counts as alive.',
    repair: 'UDP_CHECK (keepalived 2.2 and later), DNS_CHECK for name servers, or MISC_CHECK with a program that asks by UDP.',
    exceptions: 'A check of another port (`connect_port 8080`) asks whether the host lives. Port 53 is served by TCP as well.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived.conf(5), TCP_CHECK', quote: 'TCP healthchecker' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of host.services) {
      if (service.managed?.by !== 'keepalived' || service.key.by !== 'address' || service.key.protocol !== 'udp' || !service.managed.protocolWritten || service.key.port === 53) continue;
      const asked = service.destinations.flatMap((destination) => {
        const check = destination.checks?.find(({ name, port }) => /^(?:TCP_CHECK|HTTP_GET|SSL_GET|SMTP_CHECK)$/.test(name) && (port === undefined || port === destination.port));
        return check ? [{ destination, check }] : [];
      });
      const [first, ...others] = asked;
      if (!first) continue;
      yield {
        at: first.check.at,
        note: `${first.check.name} asks ${first.destination.rip.text} by TCP, but ${showService(service)} is served by UDP`,
        related: others.map(({ destination, check }) => ({ at: check.at, note: `so is ${destination.rip.text}` })),
        confidence: weakest(service.confidence, first.destination.confidence),
      };
    }
  },
});
