import { showCidr } from '../../src/base/ip.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { sharedNetwork, shareService } from '../../src/model/sync.ts';

export default clusterRule({
  id: 'sync/daemon-syncid-default',
  severity: 'warning',
  title: 'A backup sync daemon takes the connections of another cluster.',
  needs: ['services', 'addresses'],
  docs: {
    what: 'A backup sync daemon has no sync ID, and a master daemon of directors with other services sends on the same network.',
    why: 'ID 0 filters nothing: the backup keeps connections that are none of its own, and they fill its table.',
    repair: 'One ID a cluster, on both daemons: `ipvsadm --start-daemon backup --mcast-interface eth1 --syncid 2`; in keepalived.conf `lvs_sync_daemon eth1 VI_1 id 2`.',
    exceptions: 'Nothing is said where the two directors have a service in common, or where it is not known that their daemons are on one network.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --syncid', quote: 'The default is 0, which means no filtering at all.' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const host of hosts) {
      for (const backup of host.syncDaemons) {
        if (backup.role !== 'backup' || backup.syncId || host.services.length === 0) continue;
        for (const other of hosts) {
          if (other === host || other.services.length === 0 || shareService(host, other)) continue;
          const found = other.syncDaemons.flatMap((master) => {
            const network = master.role === 'master' && sharedNetwork(host, backup, other, master);
            return network ? [{ master, network }] : [];
          })[0];
          if (found) yield { at: backup.at, note: `without a sync ID it takes what ${other.name} sends to the network of ${showCidr(found.network)}, and they have no service in common`, related: [{ at: found.master.at, note: `master of ${other.name}` }], confidence: 'likely' };
        }
      }
    }
  },
});
