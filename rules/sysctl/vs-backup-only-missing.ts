import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { showService } from '../../src/model/service.ts';
import { assignmentsOf, sysctlNumber } from '../../src/model/sysctl.ts';

const key = 'net/ipv4/vs/backup_only';

export default clusterRule({
  id: 'sysctl/vs-backup-only-missing',
  severity: 'warning',
  title: 'A backup director that is a real server as well balances what the active one sends it.',
  needs: ['services', 'sysctl'],
  docs: {
    what: 'A director that is a real server of another one by direct routing or tunnelling, and holds the same service, runs a sync daemon as backup, but net.ipv4.vs.backup_only is not 1. Or backup_only is 1, and no sync daemon runs on that host, without which the kernel does not look at it.',
    why: 'What the active director sends to this host meets the IPVS table here and is scheduled anew: to a third server, or back. Two such hosts send packets round and round with the CPU at its limit.',
    repair: '`net.ipv4.vs.backup_only = 1` on both directors, each with a sync daemon that is backup while the other one is active (`ipvsadm --start-daemon backup`; keepalived: `lvs_sync_daemon eth0 VI_1`).',
    exceptions: 'NAT, and services of a firewall mark. Where neither is there, service/directors-are-real-servers tells it.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html', 'https://github.com/acassen/keepalived/issues/2450'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'include/net/ip_vs.h: sysctl_backup_only()', quote: 'return ipvs->sync_state & IP_VS_STATE_BACKUP && ipvs->sysctl_backup_only;' },
    { kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, backup_only', quote: 'If set, disable the director function while the server is in backup mode to avoid packet loops for DR/TUN methods.' },
  ],
  silences: ['service/directors-are-real-servers'],
  since: '0.1.0',
  *check(cluster) {
    const told = new Set<string>();
    for (const { director, service, destination, realServer, confidence } of cluster.pairs) {
      if (!realServer || realServer === director || told.has(realServer.name) || destination.forwarding === 'nat' || service.key.by !== 'address') continue;
      const name = showService(service);
      const own = realServer.services.find((each) => showService(each) === name && each.destinations.some(({ rip }) => rip.text !== destination.rip.text));
      if (!own) continue;
      const setting = assignmentsOf(realServer, key).at(-1);
      const value = setting ? sysctlNumber(setting.value) : realServer.seen.has('sysctl') ? 0 : undefined;
      const daemon = realServer.syncDaemons.find(({ role }) => role === 'backup');
      const around = [{ at: own.at, note: `${realServer.name} balances ${name} itself` }, { at: destination.at, note: `${director.name} sends requests here` }];
      const sure = weakest(confidence, own.confidence, service.confidence, 'likely');
      if (value === 0 && daemon) {
        const at = setting?.at ?? daemon.at;
        told.add(realServer.name);
        yield { at, note: `${realServer.name} is backup here and a real server of ${director.name}, with ${setting ? 'backup_only 0' : 'backup_only left at 0'}: it balances ${name} once more`, related: otherPlaces(at, [...(setting ? [{ at: daemon.at, note: 'the sync daemon runs as backup' }] : []), ...around]), confidence: sure };
      } else if (value !== undefined && value !== 0 && setting && realServer.syncDaemons.length === 0 && realServer.seen.has('scripts')) {
        told.add(realServer.name);
        yield { at: setting.at, note: `backup_only is ${value}, but no sync daemon runs on ${realServer.name}, so that it is never in backup mode and balances ${name} once more`, related: otherPlaces(setting.at, around), confidence: sure };
      }
    }
  },
});
