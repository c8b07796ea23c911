import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { arpState, deafSettings, setWhereHeard, showCards, showJoin } from '../../src/model/arp-leak.ts';
import { failsToSet } from '../../src/model/sysctl-slips.ts';
import { showVips, vipPlaces } from '../../src/model/held-vip.ts';

export default hostRule({
  id: 'arp/settings-on-lo-only',
  severity: 'error',
  title: 'A real server sets arp_ignore or arp_announce only where no ARP request is ever heard.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'A real server sets arp_ignore (or arp_announce) for lo, or for the dummy or tunnel that holds the VIP, but neither for all nor for the network card that hears ARP requests. The lines have no effect.',
    why: 'The kernel looks at the device on which a request comes in, and takes the greater one of conf/all and that device’s own value. Requests never come in on lo, so the card answers for the VIP as if nothing were set: director and real servers all answer, and whose answer the router takes gets all the traffic. Measured on a real kernel: with lo alone, three hardware addresses answer, as with nothing at all.',
    repair: 'Write `net.ipv4.conf.all.arp_ignore = 1` and `net.ipv4.conf.all.arp_announce = 2` (in a script: `echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore`). The lines for lo may go: they do nothing.',
    exceptions: 'Lines for lo beside lines for all, or for the card that hears (`net.ipv4.conf.eth0.arp_ignore = 1`), are superfluous but harmless, and not reported. A setting that was made for all and is overridden by a later line is reported as that.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'http://kb.linuxvirtualserver.org/wiki/Using_arp_announce/arp_ignore_to_disable_ARP'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_ignore', quote: 'The max value from conf/{all,interface}/arp_ignore is used when ARP request is received on the {interface}' },
  ],
  silences: ['arp/ignore-missing', 'arp/announce-missing'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const { answers, announces } = arpState(host, cluster);
    // arp_announce alone on lo, with no arp_ignore anywhere, is the smaller half of a missing arp_ignore.
    const parameter = answers.length > 0 ? 'arp_ignore' : 'arp_announce';
    const leaks = answers.length > 0 ? answers : announces;
    const [leak] = leaks;
    const deaf = deafSettings(host, parameter);
    const last = deaf.find(({ device }) => device === 'lo') ?? deaf[0];
    if (!leak || !last || setWhereHeard(host, parameter) || failsToSet(host, parameter)) return;
    const vips = leaks.map(({ vip }) => vip);
    const cards = showCards(host, leaks);
    const others = [...deaf, ...(parameter === 'arp_ignore' && !setWhereHeard(host, 'arp_announce') ? deafSettings(host, 'arp_announce') : [])];
    const consequence = parameter === 'arp_ignore' ? `${cards} hears the requests for ${showVips(vips)} and answers` : `${cards} sends requests and may name ${showVips(vips)} in them`;
    yield {
      at: last.line.at,
      note: `${parameter} is ${last.line.value.trim()} on ${last.device}, which hears no ARP request; ${consequence}: ${showJoin(host, parameter, leak.device)}`,
      related: otherPlaces(last.line.at, [...others.map(({ device, line }) => ({ at: line.at, note: `without effect on ${device} as well` })), ...vipPlaces(vips)]),
      confidence: weakest(last.line.confidence, ...leaks.map(({ confidence }) => confidence)),
    };
  },
});
