import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { arpState, positiveLines, showCards, showJoin } from '../../src/model/arp-leak.ts';
import { failsToSet } from '../../src/model/sysctl-slips.ts';
import { showVips, vipPlaces } from '../../src/model/held-vip.ts';

export default hostRule({
  id: 'arp/announce-missing',
  severity: 'warning',
  title: 'A real server names the VIP as its own in the ARP requests that it sends.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'A real server of direct routing or tunnelling answers no ARP request for the VIP (arp_ignore is right), but its arp_announce is 0 or 1: when it asks for the hardware address of its gateway or of a client, it may name the VIP as the sender’s address. In force is the greater one of conf/all and conf/DEVICE of the card that sends.',
    why: 'Every neighbour that hears such a request notes the real server’s hardware address for the VIP. The router’s entry moves to a real server as soon as that one has to ask for its gateway, and from then on all packets for the VIP go there past the director. 1 only tries, and did not help on a real kernel; 2 is needed.',
    repair: 'Write `net.ipv4.conf.all.arp_announce = 2` beside the arp_ignore line (in a script: `echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce`, before the VIP is added).',
    exceptions: 'The card’s own key (`net.ipv4.conf.eth0.arp_announce = 2`) is enough. Where a script adds arptables or nft rules for ARP, nothing is said. While arp_ignore is missing as well, `arp/ignore-missing` says it for both.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'http://kb.linuxvirtualserver.org/wiki/Using_arp_announce/arp_ignore_to_disable_ARP'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_announce', quote: '2 - Always use the best local address for this target. In this mode we ignore the source address in the IP packet and try to select local address that we prefer for talks with the target host.' },
  ],
  since: '0.1.0',
  *check({ host, cluster }) {
    const { announces, answers, unseen } = arpState(host, cluster);
    const [first] = announces;
    if (!first) {
      if (unseen && answers.length === 0) yield { lacks: 'sysctl', host: host.name };
      return;
    }
    if (failsToSet(host, 'arp_announce')) return;
    const vips = announces.map(({ vip }) => vip);
    const devices = [...new Set(announces.map(({ device }) => device))];
    const at = first.fact.state === 'set' ? first.fact.at : first.vip.at;
    const ignore = ['all', ...devices].flatMap((device) => positiveLines(host, device, 'arp_ignore').slice(-1).map((line) => ({ at: line.at, note: 'arp_ignore is set here: arp_announce belongs beside it' })));
    yield {
      at,
      note: `requests sent by ${showCards(host, announces)} may name ${showVips(vips)} as the sender: arp_announce is ${showJoin(host, 'arp_announce', first.device)}`,
      related: otherPlaces(at, [...ignore, ...vipPlaces(vips)]),
      confidence: weakest(...announces.map(({ confidence }) => confidence)),
    };
  },
});
