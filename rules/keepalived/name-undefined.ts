import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/name-undefined',
  severity: 'error',
  title: 'An instance or a sync group of keepalived names what no block defines.',
  needs: ['services'],
  docs: {
    what: 'A track_script, track_process, track_file or track_bfd lists a name, or a vrrp_sync_group an instance, and no vrrp_script, vrrp_track_process, track_file, bfd_instance or vrrp_instance has it; or the block of what is tracked stands below.',
    why: 'keepalived says “track script chk not found, ignoring...” or “specified in sync group VG doesn\'t exist - ignoring” and runs without: the dead service never costs the host its VIP, the instances of the group do not move together.',
    repair: 'Write the name as its block has it (`vrrp_script chk_http { … }` and `track_script { chk_http }`), or define it; blocks of what is tracked go above the instances, as keepalived looks names up while it reads.',
    exceptions: 'Files with an include that is not at hand, and names that a definition or a template fills in. A misspelt block counts as defined: it is told as that.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, vrrp_track.c: alloc_track_script()', quote: '(%s) track script %s not found, ignoring...' },
    { kind: 'manual', cite: 'keepalived 2.2.7, vrrp_sync.c: vrrp_sync_set_group()', quote: 'Virtual router %s specified in sync group %s doesn\'t exist - ignoring' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const { at, found, block, outcome, confidence, other } of faultsOf(host, 'keepalived', 'name-undefined')) {
      yield other ? { at, note: `the ${block ?? 'block'} ${found} stands below, and keepalived looks it up here: ${outcome}`, related: [{ at: other, note: 'it should stand above' }], confidence } : { at, note: `no ${block ?? 'block'} has the name ${found}: ${outcome}`, confidence };
    }
  },
});
