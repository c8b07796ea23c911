import { weakest } from '../../src/base/fact.ts';
import { inSubnet } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { filterOf } from '../../src/model/filter.ts';
import type { FilterRule } from '../../src/model/filter-rule.ts';
import type { Destination } from '../../src/model/service.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/vs-conntrack-missing',
  severity: 'error',
  title: 'A rule that is to rewrite the source of balanced connections never sees them.',
  needs: ['services', 'scripts', 'sysctl'],
  docs: {
    what: 'A director of NAT has a rule of SNAT or MASQUERADE in POSTROUTING that is meant for what IPVS sends to its real servers (it asks for `-m ipvs`, or for their addresses as destination), and net.ipv4.vs.conntrack is 0.',
    why: 'Without conntrack IPVS marks its packets as none of netfilter’s NAT: the rule is there, its counter stays 0, and the real servers see the client’s address. They answer past the director wherever it is not their gateway, or where the client is in their own network, and the client refuses the answer.',
    repair: '`net.ipv4.vs.conntrack = 1` (in a script: `echo 1 > /proc/sys/net/ipv4/vs/conntrack`, after ip_vs is loaded). It needs a kernel with CONFIG_IP_VS_NFCT, as distributions build it.',
    exceptions: 'A rule for what the real servers themselves send out (`-s RIPNET -o eth0`) needs no conntrack of IPVS, nor does one without either condition, which may be meant for them. A stateful chain FORWARD is told as netfilter/forward-policy-drop.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.filter_rules.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, conntrack', quote: 'This should be enabled if connections handled by IPVS are to be also handled by stateful firewall rules.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const sent = host.services.flatMap(({ destinations }) => destinations.filter(({ forwarding }) => forwarding === 'nat'));
    if (sent.length === 0) return;
    const rules = filterOf(host).chains.filter(({ hook }) => hook === 'POSTROUTING').flatMap((chain) => chain.rules.flatMap((rule) => {
      const meant = rule.verdict.does === 'hide' ? meantFor(rule, sent.filter(({ rip }) => rip.family === chain.family)) : undefined;
      return meant ? [{ rule, meant }] : [];
    }));
    const [first] = rules;
    if (!first) return;
    const fact = sysctlValue(host, 'net/ipv4/vs/conntrack');
    if (fact.state === 'unseen') {
      yield { lacks: 'sysctl', host: host.name };
      return;
    }
    if (fact.value !== 0) return;
    const at = fact.state === 'set' ? fact.at : first.rule.at;
    yield {
      at,
      note: `net.ipv4.vs.conntrack is ${fact.state === 'set' ? '0' : 'left at 0'}, so that ${fact.state === 'set' ? 'the rule that rewrites their source' : 'this rule'} never sees the connections to ${first.meant.rip.text}`,
      related: otherPlaces(at, [...rules.map(({ rule }) => ({ at: rule.at, note: 'rewrites the source of what goes to real servers' })), { at: first.meant.at, note: `${first.meant.rip.text} is a destination by NAT` }]),
      confidence: weakest(first.rule.confidence, first.meant.confidence, fact.state === 'set' ? fact.confidence : 'certain'),
    };
  },
});

/** A destination that a rule is meant for: it asks for IPVS connections, or for the real server's address. */
function meantFor(rule: FilterRule, sent: readonly Destination[]): Destination | undefined {
  if (/(?:^|\s)(?:-m|--match)\s+ipvs(?:\s|$)/.test(rule.spec) && !/!\s+--ipvs/.test(rule.spec)) return sent[0];
  return sent.find(({ rip }) => rule.conditions.some((condition) => condition.of === 'destination' && !condition.not && condition.nets.some((net) => inSubnet(rip, net) && net.prefix > 0)));
}
