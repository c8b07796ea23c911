import { clusterRule } from '../../src/lint/rule.ts';
import { shareService } from '../../src/model/sync.ts';

export default clusterRule({
  id: 'sync/daemon-mismatch',
  severity: 'warning',
  title: 'A backup sync daemon listens for another sync ID than the master sends.',
  needs: ['services'],
  docs: {
    what: 'Two directors have a service in common; the one runs the master sync daemon, the other the backup, and their sync IDs differ.',
    why: 'The backup takes no message whose sync ID is not its own: it knows none of the master’s connections when it takes over.',
    repair: 'Give both daemons the same ID: `ipvsadm --start-daemon backup --mcast-interface eth0 --syncid 1`, in keepalived.conf `lvs_sync_daemon eth0 VI_1 id 1`.',
    exceptions: 'A backup with ID 0 takes every message. Nothing is said where an ID is not written, or where another director of the service sends the backup’s ID.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_sync.c: ip_vs_process_message()', quote: 'if (ipvs->bcfg.syncid != 0 && m2->syncid != ipvs->bcfg.syncid) {' }],
  since: '0.1.0',
  *check({ hosts }) {
    for (const host of hosts) {
      for (const backup of host.syncDaemons) {
        if (backup.role !== 'backup' || !backup.syncId) continue;
        const peers = hosts.filter((other) => other !== host && shareService(host, other));
        // Of directors that all begin as BACKUP, any may become the master: told once, of the later one.
        const elected = [host, ...peers].every(({ vrrp, syncDaemons }) => vrrp !== undefined && syncDaemons.every(({ role }) => role === 'backup'));
        const masters = peers.flatMap((other) => (elected && hosts.indexOf(other) > hosts.indexOf(host) ? [] : other.syncDaemons.filter(({ role }) => role === (elected ? 'backup' : 'master')).map((master) => ({ other, master }))));
        const [first] = masters;
        if (!first || masters.some(({ master }) => master.syncId === undefined || master.syncId === backup.syncId)) continue;
        yield {
          at: backup.at,
          note: `the backup daemon takes sync ID ${backup.syncId} only, and ${first.other.name} sends ${first.master.syncId}`,
          related: masters.map(({ other, master }) => ({ at: master.at, note: `master of ${other.name}, sync ID ${master.syncId}` })),
        };
      }
    }
  },
});
