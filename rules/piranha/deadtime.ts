import { hostRule } from '../../src/lint/rule.ts';
import { hasPartner, pulseDefaults } from '../../src/model/piranha.ts';

export default hostRule({
  id: 'piranha/deadtime',
  severity: 'warning',
  title: 'A director of Piranha declares its partner dead after a single lost heartbeat.',
  needs: ['services'],
  docs: {
    what: '`deadtime` of lvs.cf is less than twice `keepalive`.',
    why: 'One heartbeat that is lost or late is enough: the backup takes the VIPs while the primary still has them, and gives them back with the next heartbeat. With a deadtime below keepalive that happens all the time.',
    repair: '`keepalive = 6` and `deadtime = 18`, as the configuration tool writes them: three heartbeats must be missing.',
    exceptions: 'Without an active backup nobody waits for heartbeats. What is left out is 2 and 5 seconds.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [{ kind: 'manual', cite: 'lvs.cf(5), deadtime', quote: 'Length of time before a node is declared dead and IP takeover occurs.' }],
  since: '0.1.0',
  *check({ host }) {
    const config = host.piranha;
    if (!config || !hasPartner(config)) return;
    const { keepalive, deadtime } = config;
    // A line that pulse refuses may be the one that seems left out.
    if ((!keepalive || !deadtime) && !config.whole) return;
    const [every, dead] = [keepalive?.value ?? pulseDefaults.keepalive, deadtime?.value ?? pulseDefaults.deadtime];
    const at = deadtime?.at ?? keepalive?.at;
    if (!at || dead >= 2 * every) return;
    yield {
      at,
      note: `${deadtime ? `deadtime ${dead}` : `deadtime is left out (${dead})`} with a heartbeat every ${every} seconds${keepalive ? '' : ' (keepalive is left out)'}: ${dead < every ? 'the partner counts as dead before its next heartbeat can come' : 'one lost heartbeat makes the backup take over'}`,
      ...(deadtime && keepalive ? { related: [{ at: keepalive.at, note: `a heartbeat every ${every} seconds` }] } : {}),
    };
  },
});
