import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { servicesOnce, showEnd } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/sorry-server-real',
  severity: 'warning',
  title: 'The sorry server is one of the real servers.',
  needs: ['services'],
  docs: {
    what: 'A virtual_server names the same address and port as sorry_server and as real_server.',
    why: 'The sorry server answers when the real servers are down; a real server is then down as well. Its own check takes it out and the lack of a quorum puts it in again.',
    repair: 'Let another host or port answer when all real servers are down.',
    exceptions: 'The same host under another port, by NAT, is another server.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: validate_check_config()', quote: 'Virtual server %s: real server %s matches sorry server, but inhibit setting differs' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const sorry = service.managed?.by === 'keepalived' ? service.managed.sorry : undefined;
      if (!sorry) continue;
      const port = sorry.portWritten ? sorry.port : service.key.by === 'address' ? service.key.port : 0;
      const twin = service.destinations.find((destination) => destination.rip.text === sorry.rip.text && destination.port === port);
      if (twin) yield { at: sorry.at, note: `${showEnd(twin)} is the sorry server and a real server`, related: [{ at: twin.at, note: 'the real server' }], confidence: weakest(service.confidence, twin.confidence) };
    }
  },
});
