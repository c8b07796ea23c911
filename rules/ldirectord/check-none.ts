import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'ldirectord/check-none',
  severity: 'warning',
  title: 'The real servers of an ldirectord service are not checked.',
  needs: ['services'],
  docs: {
    what: 'checktype is on or off, or it is negotiate with service=none; or service is left out and the virtual is a firewall mark, or has a port for which ldirectord knows no service.',
    why: 'With on and none every real server counts as alive for ever, so that connections to a dead one hang. With off no real server is ever put into the table.',
    repair: '`checktype=connect` opens a connection; `checktype=negotiate` with the right service asks for an answer.',
    exceptions: 'A number, connect, ping, external and external-perl do check.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [
    { kind: 'manual', cite: 'ldirectord, ld_port_to_service()', quote: 'return "none";' },
    { kind: 'manual', cite: 'ldirectord(8), checktype', quote: 'Off means no checking will take place and no real or fallback servers will be activated. On means no checking will take place and real servers will always be activated.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const check = service.managed?.by === 'ldirectord' ? service.destinations[0]?.checks?.[0] : undefined;
      if (!check || !['on', 'off', 'none'].includes(check.name)) continue;
      const left = check.name === 'none' && check.at === service.at ? `: service is left out, which is none for ${service.key.by === 'fwmark' ? 'a mark' : `port ${service.key.port}`}` : '';
      yield { at: check.at, note: check.name === 'off' ? `no real server of ${showService(service)} is ever put into the table` : `nothing checks the real servers of ${showService(service)}${left}`, confidence: service.confidence };
    }
  },
});
