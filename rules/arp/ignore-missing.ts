import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { arpState, positiveLines, showCards, showJoin } from '../../src/model/arp-leak.ts';
import { failsToSet } from '../../src/model/sysctl-slips.ts';
import { showVips, vipPlaces } from '../../src/model/held-vip.ts';

export default hostRule({
  id: 'arp/ignore-missing',
  severity: 'error',
  title: 'A real server answers ARP requests for the VIP.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'A real server of direct routing or tunnelling holds the VIP off its network card, on lo, a dummy or a tunnel device, and still the card that hears ARP requests answers for it, because the arp_ignore in force there is 0 (or 3, for an address of global scope). In force is the greater one of conf/all and conf/DEVICE of the card that hears the request, after all files and scripts were applied.',
    why: 'Director and real servers all answer the router’s question for the VIP, each with its own hardware address, and the router takes one of the answers. When it takes a real server’s, every packet for the VIP goes there past the director: no balancing, no health checks, connections cut when the entry changes hands. It often works in the test and turns when the router’s ARP entry expires.',
    repair: 'Write `net.ipv4.conf.all.arp_ignore = 1` and `net.ipv4.conf.all.arp_announce = 2` into a file below /etc/sysctl.d that no later one overrides (in a script: `echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore`, before the VIP is added). The card’s own key (`net.ipv4.conf.eth0.arp_ignore = 1`) does as well.',
    exceptions: 'arp_ignore 2 and 8 are quiet too, and so is 3 for a VIP of scope host. A setting of the card alone is enough. Where a script adds arptables or nft rules for ARP, or the parameter `hidden` of patched kernels is set, nothing is said. Where only lo or another device that hears no ARP carries the setting, `arp/settings-on-lo-only` speaks. Where the line that should set it is misspelt, `sysctl/key-misspelt` or `sysctl/vlan-dot` speaks. A VIP on the network card itself is another matter: no arp_ignore hides it. An IPv6 VIP on lo leaks nothing.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'http://kb.linuxvirtualserver.org/wiki/Using_arp_announce/arp_ignore_to_disable_ARP'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_ignore', quote: 'The max value from conf/{all,interface}/arp_ignore is used when ARP request is received on the {interface}' },
  ],
  since: '0.1.0',
  *check({ host, cluster }) {
    const { answers, unseen } = arpState(host, cluster);
    const [first] = answers;
    if (!first) {
      if (unseen) yield { lacks: 'sysctl', host: host.name };
      return;
    }
    if (failsToSet(host, 'arp_ignore')) return;
    const vips = answers.map(({ vip }) => vip);
    const cards = showCards(host, answers);
    // The line that lets the card answer; where nothing sets the value, the VIP's own line is what needs it.
    const at = first.fact.state === 'set' ? first.fact.at : first.vip.at;
    const lost = ['all', ...new Set(answers.map(({ device }) => device))].flatMap((device) => positiveLines(host, device, 'arp_ignore').map((line) => ({ at: line.at, note: `arp_ignore of ${device} is ${line.value.trim()} here, which a later line sets back` })));
    yield {
      at,
      note: `${cards} ${cards.includes(' and ') ? 'answer' : 'answers'} for ${showVips(vips)}, which ${first.vip.device} holds: arp_ignore is ${showJoin(host, 'arp_ignore', first.device)}`,
      related: otherPlaces(at, [...vipPlaces(vips), ...lost]),
      confidence: weakest(...answers.map(({ confidence }) => confidence)),
    };
  },
});
