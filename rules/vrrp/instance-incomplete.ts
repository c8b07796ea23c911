import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'vrrp/instance-incomplete',
  severity: 'error',
  title: 'A vrrp_instance lacks its interface or virtual_router_id.',
  needs: ['services'],
  docs: {
    what: 'A vrrp_instance has no line `interface` or no line `virtual_router_id`.',
    why: 'Neither has a default. keepalived logs “Unknown interface!” or “the virtual router id must be set”, and the instance with its addresses does not exist.',
    repair: '`interface eth0` (the card that the routers meet on) and `virtual_router_id 51` (1 to 255, one number for all routers of the instance).',
    exceptions: 'A block with an include that is not at hand. A line that is misspelt or has a value that is none is told by its own rule.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'keepalived 2.2.7, -t', quote: '(VI_1) the virtual router id must be set' }],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'setting-absent')) yield { at: fault.at, note: `${fault.block} has no ${fault.found}: ${fault.outcome}`, confidence: fault.confidence };
  },
});
