import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/removed-keyword',
  severity: 'info',
  title: 'A keyword of older versions of keepalived has no effect any more.',
  needs: ['services'],
  docs: {
    what: 'The line uses a word that keepalived once took and now does not: nat_mask, lvs_id, vrrp_unicast_peer.',
    why: 'Current versions log it as unknown. nat_mask never did what its name says.',
    repair: 'Delete the line: nothing depends on it.',
    exceptions: 'Old words that are still understood, such as lvs_sync_daemon_interface, are not named.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, lib/parser.c: process_stream()', quote: 'Unknown keyword \'%s\'' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'removed-keyword')) {
      yield {
        at: fault.at,
        note: `${fault.found} is dropped by ${fault.releases?.since === undefined ? 'current versions of keepalived' : `keepalived since ${fault.releases.since}`}${fault.nearest === undefined ? '' : `; it is called ${fault.nearest} now`}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
        ...(fault.releases ? { releases: { program: 'keepalived', ...fault.releases } as const } : {}),
        ...(fault.line ? { fix: { title: 'delete it', safe: true, edits: [{ at: fault.line, text: '' }] as const } } : {}),
      };
    }
  },
});
