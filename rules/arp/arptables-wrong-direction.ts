import { weakest } from '../../src/base/fact.ts';
import { inSubnet } from '../../src/base/ip.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { arpRules, dropsRequests, hidesSender, type ArpRule } from '../../src/model/arp-filter.ts';
import { unfilteredArpState } from '../../src/model/arp-leak.ts';
import { setsArp, vipPlaces } from '../../src/model/held-vip.ts';
import { effective } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'arp/arptables-wrong-direction',
  severity: 'error',
  title: 'An arptables rule that is to hide the VIP never meets it.',
  needs: ['scripts', 'sysctl'],
  docs: {
    what: 'A real server hides its VIP by an arptables rule on the way out that asks for the VIP as target (`-d VIP`), or that replaces the VIP by itself. In what the host sends the VIP is the sender (`-s VIP`).',
    why: 'The reply passes the rule with the VIP in it: director and real servers answer for the VIP, and the router sends its clients to whoever was heard last. Where requests are dropped on the way in the host still names the VIP as its own when it asks for others.',
    repair: '`arptables -A OUTPUT -s VIP -j mangle --mangle-ip-s RIP` (arptables_jf: chain OUT) beside `arptables -A INPUT -d VIP -j DROP`; or arp_ignore=1 and arp_announce=2 on all, without arptables.',
    references: ['https://man7.org/linux/man-pages/man8/arptables-nft.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'balance' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const rules = arpRules(host);
    if (!rules?.some((rule) => rule.way === 'out')) return;
    const { answers, announces } = unfilteredArpState(host, cluster);
    const said = new Set<ArpRule>();
    for (const leak of [...answers, ...announces]) {
      const { ip } = leak.vip;
      if (!ip || hidesSender(rules, ip)) continue;
      const quiet = dropsRequests(rules, ip) || !answers.includes(leak);
      const announce = effective(host, 'arp_announce', leak.device);
      if (quiet && (announce.state === 'unseen' ? setsArp(host) : announce.value === 2)) continue;
      for (const rule of rules) {
        if (rule.way !== 'out' || rule.verdict === 'accept' || said.has(rule)) continue;
        const itself = rule.verdict === 'mangle' && rule.mangledTo?.text === ip.text && rule.source !== undefined && inSubnet(ip, rule.source);
        if (!itself && !(rule.source === undefined && rule.target !== undefined && inSubnet(ip, rule.target))) continue;
        said.add(rule);
        const miss = itself ? `the rule replaces the sender ${ip.text} by ${ip.text} itself` : `'-d ${ip.text}' asks for the VIP as target, but in what ${host.name} sends it is the sender`;
        yield {
          at: rule.at,
          note: `${miss}: ${quiet ? `its requests on ${leak.device} still name ${ip.text} as its own` : `${leak.device} still answers for it`}; expected '-s ${ip.text} -j mangle --mangle-ip-s RIP'`,
          related: vipPlaces([leak.vip]),
          // With requests dropped only those are misled whom the host itself asks.
          confidence: weakest(leak.confidence, rule.confidence, quiet ? 'likely' : 'certain'),
        };
      }
    }
  },
});
