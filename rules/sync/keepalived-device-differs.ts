import { showCidr } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { networksOf, sharedNetwork, shareService } from '../../src/model/sync.ts';

export default clusterRule({
  id: 'sync/keepalived-device-differs',
  severity: 'warning',
  title: 'A backup sync daemon listens on another network than the master sends on.',
  needs: ['services', 'addresses'],
  docs: {
    what: 'Two directors have a service in common, and the devices of their sync daemons have addresses in different networks.',
    why: 'The messages are multicast on the master’s device: on another link nobody hears them, and the backup knows no connection when it takes over.',
    repair: 'Name on both the device that faces the other director: `lvs_sync_daemon eth1 VI_1`, `ipvsadm --start-daemon backup --mcast-interface eth1`.',
    exceptions: 'The names of the devices may differ. Nothing is said where the addresses of one of them are not known.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --mcast-interface', quote: 'Specify the multicast interface that the sync master daemon sends outgoing multicasts through, or the sync backup daemon listens to for multicasts.' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const host of hosts) {
      for (const backup of host.syncDaemons) {
        const own = networksOf(host, backup.device);
        if (backup.role !== 'backup' || own.length === 0) continue;
        const masters = hosts.filter((other) => other !== host && shareService(host, other)).flatMap((other) => other.syncDaemons.filter(({ role, device }) => role === 'master' && networksOf(other, device).length > 0).map((master) => ({ other, master })));
        const [first] = masters;
        if (!first || masters.some(({ other, master }) => sharedNetwork(host, backup, other, master))) continue;
        yield {
          at: backup.at,
          note: `${backup.device} has ${showCidr(own[0]!)}, and ${first.other.name} sends on ${first.master.device} from ${showCidr(networksOf(first.other, first.master.device)[0]!)}`,
          related: [{ at: first.master.at, note: `master of ${first.other.name}` }],
          confidence: 'likely',
        };
      }
    }
  },
});
