import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { iptablesRefuses } from '../../src/model/filter-refused.ts';
import { filterOf } from '../../src/model/filter.ts';
import { markRules, marksInTime, type MarkRule } from '../../src/model/marks.ts';
import type { Host } from '../../src/model/host.ts';
import { showService } from '../../src/model/service.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'fwmark/missing-rule',
  severity: 'error',
  title: 'No rule of the packet filter puts the mark of a service on packets.',
  needs: ['services', 'scripts'],
  docs: {
    what: 'A service stands for a firewall mark, but no rule that packets meet before IPVS puts this mark on them: there is none, the rules set another mark, only the other IP version’s filter sets it, or it is set in FORWARD or POSTROUTING, which packets for the VIP do not pass.',
    why: 'IPVS looks a packet up by its mark when it comes in. Without it the packet meets no service, and the director answers itself: the connection is refused, or times out.',
    repair: '`iptables -t mangle -A PREROUTING -d VIP -p tcp -m multiport --dports 80,443 -j MARK --set-mark N` with the N of `ipvsadm -A -f N`; ip6tables for a service of IPv6.',
    exceptions: 'A mark that is set in INPUT counts too, and one for the director’s own packets in OUTPUT. Where a rule sets a mark that cannot be known, or where rules may come from something that is not read (firewalld, nft within a script, a script of somebody else), nothing is said. A service of IPv4 whose mark only ip6tables sets is told by `fwmark/ipv6-flag`.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.fwmark.html', 'https://man7.org/linux/man-pages/man8/iptables-extensions.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host }) {
    const filter = filterOf(host);
    const all = markRules(filter);
    if (all.some(({ mark }) => mark === undefined)) return;
    const said = new Set<string>();
    for (const service of host.services) {
      const { key } = service;
      if (key.by !== 'fwmark' || said.has(`${key.mark} ${key.family}`)) continue;
      said.add(`${key.mark} ${key.family}`);
      const ours = all.filter(({ mark, chain }) => mark === key.mark && chain.family === key.family);
      if (ours.some((rule) => marksInTime(rule) || rule.hooks.includes('OUTPUT') || rule.hooks.length === 0)) continue;
      const [late] = ours;
      if (late) {
        if (host.filterUnread) continue;
        yield {
          at: late.rule.at,
          note: `mark ${key.mark} is set in ${late.hooks.join(' and ')}, which packets for the VIP do not pass; expected chain PREROUTING`,
          related: [{ at: service.at, note: `the service of ${showService(service)}` }],
          confidence: weakest(late.rule.confidence, service.confidence, 'likely'),
        };
        continue;
      }
      const family = all.filter(({ mark }) => mark === key.mark);
      if (family.length > 0 && key.family === 4 && !service.managed) continue;
      // iptables refuses the line that would set it: script/bad-command-args.
      if (refusedMarks(host).has(key.mark)) continue;
      const others = all.filter((rule) => rule.chain.family === key.family && marksInTime(rule));
      // Marks that another service waits for are no slip of this one.
      const stray = others.filter(({ mark }) => !host.services.some((other) => other.key.by === 'fwmark' && other.key.mark === mark));
      // A tree that says nothing of its packet filter, and nothing of its network either, is no whole host.
      const silent = filter.chains.length === 0 && !host.seen.has('addresses');
      if ((silent || !filter.whole) && !(stray.length > 0 && stray.some(({ rule }) => rule.script !== undefined && rule.script === service.at.file))) {
        yield { lacks: 'scripts', host: host.name };
        continue;
      }
      yield {
        at: service.at,
        note: family.length > 0 ? `mark ${key.mark} is set by ${key.family === 4 ? 'ip6tables' : 'iptables'} only, but the service is one of IPv${key.family}` : others.length > 0 ? `no rule sets mark ${key.mark}; the filter marks with ${marksOf(others)}` : `no rule sets mark ${key.mark}; expected 'iptables -t mangle -A PREROUTING … -j MARK --set-mark ${key.mark}'`,
        related: [...family, ...(stray.length > 0 ? stray : others)].slice(0, 3).map(({ rule, mark }) => ({ at: rule.at, note: `mark ${mark} is set here` })),
        confidence: weakest(service.confidence, filter.whole && all.length > 0 ? 'certain' : 'likely'),
      };
    }
  },
});

function marksOf(rules: readonly MarkRule[]): string {
  const marks = [...new Set(rules.map(({ mark }) => mark))];
  return marks.length < 4 ? marks.join(' and ') : `${marks[0]} and ${marks.length - 1} more`;
}

/** Marks that a script would set by lines which iptables refuses. */
function refusedMarks(host: Host): ReadonlySet<number> {
  const refused = host.scripts.flatMap((script) => effectsIn(startSteps(script), 'firewall').filter(({ effect }) => iptablesRefuses(effect)));
  return new Set(refused.flatMap(({ effect: { words } }) => words.flatMap(({ text }, at) => (/^--set-x?mark$/.test(words[at - 1]?.text ?? '') && text !== undefined ? [Number(text.split('/')[0])] : []))));
}
