import { hostRule } from '../../src/lint/rule.ts';
import { defaultInterval } from '../../src/model/ldirectord.ts';
import { showService } from '../../src/model/service.ts';

/** Seconds that one server may hold up all others before it is said aloud. */
const bearable = 5;

export default hostRule({
  id: 'ldirectord/timeout-interval',
  severity: 'warning',
  title: 'One hanging server holds up the checks of all others for longer than their interval.',
  needs: ['services'],
  docs: {
    what: 'The timeout of a check (negotiatetimeout, checktimeout) is longer than checkinterval, and fork is not yes.',
    why: 'ldirectord asks one server after the other and sleeps for checkinterval after each round. A server that does not answer costs each round its whole timeout, so that the failure of another one is noticed that much later, and a fallback that is needed comes that much later, too.',
    repair: '`fork=yes`, one process a virtual; or a timeout below checkinterval: `checktimeout=3`, `checkinterval=5`.',
    exceptions: 'A single real server holds up nobody. Less than five seconds beyond the interval is only possible harm.',
    references: ['https://github.com/ClusterLabs/resource-agents/tree/main/ldirectord'],
  },
  proof: [{ kind: 'manual', cite: 'ldirectord(8), checkinterval', quote: 'When fork=no this option defines the amount of time ldirectord sleeps between running all of the realserver checks in all virtual service pools.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { forks, virtuals } of host.ldirectord ?? []) {
      if (forks || virtuals.reduce((sum, { servers }) => sum + servers, 0) < 2) continue;
      const said = new Set<string>();
      for (const { key, servers, timeout, interval } of virtuals) {
        const every = interval?.value ?? defaultInterval;
        const place = timeout && `${timeout.at.file}:${timeout.at.line}`;
        if (!timeout || !place || said.has(place) || servers === 0 || timeout.value <= every) continue;
        said.add(place);
        yield {
          at: timeout.at,
          note: `a server of ${showService({ key })} that does not answer holds up all checks for ${timeout.value} seconds, beside checkinterval ${every}${interval ? '' : ' (left out)'} and without fork`,
          ...(interval ? { related: [{ at: interval.at, note: `${every} seconds between two rounds` }] } : {}),
          confidence: timeout.value - every >= bearable ? 'likely' : 'possible',
        };
      }
    }
  },
});
