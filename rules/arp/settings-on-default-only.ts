import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { arpState, deafSettings, positiveLines, setWhereHeard, showCards, showJoin } from '../../src/model/arp-leak.ts';
import { showVips, vipPlaces } from '../../src/model/held-vip.ts';
import { assignmentsOf } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'arp/settings-on-default-only',
  severity: 'error',
  title: 'A real server sets arp_ignore or arp_announce only for devices that are yet to come.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'A real server’s script sets arp_ignore (or arp_announce) of conf/default, when its network cards hold their addresses already, and sets neither conf/all nor the card that hears ARP requests.',
    why: 'conf/default is what a new device begins with. A write to it reaches a device that exists only while that one holds no address; a card that is up keeps 0, and answers for the VIP as if nothing were set. Director and real servers all answer, and whose answer the router takes gets all the traffic.',
    repair: 'Write `echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore` and `echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce` in place of the lines for default, before the VIP is added (in a sysctl file: `net.ipv4.conf.all.arp_ignore = 1` and `net.ipv4.conf.all.arp_announce = 2`).',
    exceptions: 'A line for default in a sysctl file is applied at boot before the cards have addresses, and does reach them: it is not reported. Nor is a `pre-up` line of a card’s own stanza in /etc/network/interfaces, or a command of a stanza before it. Lines for default beside lines for all, or for the card that hears, are superfluous but harmless.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'balance' }],
  silences: ['arp/ignore-missing', 'arp/announce-missing', 'arp/settings-on-lo-only'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const { answers, announces } = arpState(host, cluster);
    const parameter = answers.length > 0 ? 'arp_ignore' : 'arp_announce';
    const leaks = answers.length > 0 ? answers : announces;
    const [leak] = leaks;
    const last = positiveLines(host, 'default', parameter).at(-1);
    // Where the card's own lines decide, or a later line takes default back, default is not the cause.
    if (!leak || !last || assignmentsOf(host, `net/ipv4/conf/default/${parameter}`).at(-1) !== last || setWhereHeard(host, parameter) || leaks.some(({ device }) => assignmentsOf(host, `net/ipv4/conf/${device}/${parameter}`).length > 0)) return;
    const vips = leaks.map(({ vip }) => vip);
    const cards = showCards(host, leaks);
    const announced = parameter === 'arp_ignore' && !setWhereHeard(host, 'arp_announce') ? positiveLines(host, 'default', 'arp_announce').slice(-1) : [];
    const consequence = parameter === 'arp_ignore' ? `hears the requests for ${showVips(vips)} and answers` : `sends requests and may name ${showVips(vips)} in them`;
    yield {
      at: last.at,
      note: `${parameter} is ${last.value.trim()} for devices to come, and ${cards} is there already; it ${consequence}: ${showJoin(host, parameter, leak.device)}`,
      related: otherPlaces(last.at, [
        ...announced.map((line) => ({ at: line.at, note: 'for devices to come as well' })),
        ...deafSettings(host, parameter).map(({ device, line }) => ({ at: line.at, note: `without effect on ${device}, which hears no ARP request` })),
        ...vipPlaces(vips),
      ]),
      confidence: weakest(last.confidence, ...leaks.map(({ confidence }) => confidence)),
    };
  },
});
