import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { sysctlNumber, assignmentsOf } from '../../src/model/sysctl.ts';
import { showEnd } from '../../src/model/table.ts';

const key = 'net/ipv4/vs/backup_only';

export default clusterRule({
  id: 'service/directors-are-real-servers',
  severity: 'warning',
  title: 'A real server balances the same service itself.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A destination of direct routing or tunnelling is a host that has the same virtual service with other destinations in its own table, as two directors do that are each other’s real servers.',
    why: 'What the active director forwards meets the table of the other one, which schedules it anew: to itself, to a third server, or back, so that packets go round until their TTL ends.',
    repair: '`net.ipv4.vs.backup_only = 1` with a sync daemon on the backup; or balance a firewall mark that packets from the other director do not get; or keep directors and real servers apart.',
    exceptions: 'NAT, and services of a firewall mark.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, backup_only', quote: 'If set, disable the director function while the server is in backup mode to avoid packet loops for DR/TUN methods.' }],
  since: '0.1.0',
  *check(cluster) {
    const told = new Set<string>();
    for (const { director, service, destination, realServer, confidence } of cluster.pairs) {
      if (!realServer || realServer === director || destination.forwarding === 'nat' || service.key.by !== 'address') continue;
      const name = showService(service);
      const own = realServer.services.find((each) => showService(each) === name && each.destinations.some(({ rip }) => rip.text !== destination.rip.text));
      if (!own || told.has(`${realServer.name} ${name}`)) continue;
      told.add(`${realServer.name} ${name}`);
      const setting = assignmentsOf(realServer, key).at(-1);
      if (setting ? sysctlNumber(setting.value) !== 0 : !realServer.seen.has('sysctl')) {
        if (!setting) yield { lacks: 'sysctl', host: realServer.name };
        continue;
      }
      yield { at: own.at, note: `${realServer.name} balances ${name} and is ${showEnd(destination)}, a real server of ${director.name}, with ${setting ? 'backup_only 0' : 'backup_only left at 0'}`, related: [{ at: destination.at, note: `${director.name} sends requests here` }], confidence: weakest(confidence, own.confidence, service.confidence, 'likely') };
    }
  },
});
