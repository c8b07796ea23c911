import { weakest } from '../../src/base/fact.ts';
import { textOf } from '../../src/lint/edits.ts';
import { hostRule, type Fix } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { arpState, positiveLines, showCards, showJoin } from '../../src/model/arp-leak.ts';
import { kindOn } from '../../src/model/device.ts';
import { showVips, vipPlaces } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import type { Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'arp/announce-on-wrong-device',
  severity: 'error',
  title: 'A real server sets arp_announce for another device than the one that sends.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'arp_ignore is right, but arp_announce is set for a device that sends no ARP request for the VIP’s neighbours: for lo, a dummy or a tunnel twice over, where the second line was to name all, or for another network card.',
    why: 'Mostly a slip of the copied four lines. The card that sends still names the VIP as its own when it asks for its gateway: the router’s entry moves to the real server, and all packets for the VIP go there past the director.',
    repair: '`net.ipv4.conf.all.arp_announce = 2` (in a script: `echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce`) in place of the line for the wrong device.',
    exceptions: 'A card’s own key is enough where that card sends. One line for lo, and none for all, is told as arp/settings-on-lo-only.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'balance' }],
  silences: ['arp/settings-on-lo-only', 'arp/announce-missing'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const { announces } = arpState(host, cluster);
    const [leak] = announces;
    if (!leak || leak.fact.value !== 0) return;
    const wrong = twice(host) ?? otherCard(host, new Set(announces.map(({ device }) => device)));
    if (!wrong) return;
    const vips = announces.map(({ vip }) => vip);
    const cards = showCards(host, announces);
    yield {
      at: wrong.line.at,
      note: `arp_announce is set for ${wrong.device}${wrong.again ? ' a second time' : ''}, not for all: requests sent by ${cards} may name ${showVips(vips)}: ${showJoin(host, 'arp_announce', leak.device)}`,
      related: otherPlaces(wrong.line.at, [...(wrong.again ? [{ at: wrong.again.at, note: `set for ${wrong.device} here already` }] : []), ...vipPlaces(vips)]),
      confidence: weakest(wrong.line.confidence, ...announces.map(({ confidence }) => confidence)),
      ...fixOf(host, wrong.line, wrong.device),
    };
  },
});

interface Wrong {
  readonly device: string;
  readonly line: Assignment;
  readonly again?: Assignment;
}

/** A device that hears nothing is set twice by one file, which sets arp_ignore for all devices as well. */
function twice(host: Host): Wrong | undefined {
  for (const device of devicesWith(host)) {
    if (kindOn(host, device) === 'nic') continue;
    const lines = positiveLines(host, device, 'arp_announce');
    const line = lines.at(-1);
    const again = line && lines.find((other) => other !== line && other.at.file === line.at.file && other.at.line !== line.at.line && other.value.trim() === line.value.trim());
    if (line && again && positiveLines(host, 'all', 'arp_ignore').some(({ at }) => at.file === line.at.file)) return { device, line, again };
  }
  return undefined;
}

/** Another network card than those that send. */
function otherCard(host: Host, senders: ReadonlySet<string>): Wrong | undefined {
  for (const device of devicesWith(host)) {
    if (kindOn(host, device) !== 'nic' || senders.has(device)) continue;
    const line = positiveLines(host, device, 'arp_announce').at(-1);
    if (line) return { device, line };
  }
  return undefined;
}

function devicesWith(host: Host): readonly string[] {
  return [...host.sysctls.keys()].flatMap((key) => /^net\/ipv4\/conf\/(?!(?:all|default)\/)([^/*?[]+)\/arp_announce$/.exec(key)?.[1] ?? []);
}

function fixOf(host: Host, line: Assignment, device: string): { readonly fix?: Fix } {
  const title = 'set arp_announce for all devices';
  if (line.by === 'config') return { fix: { title, safe: false, edits: [{ at: line.at, text: `net.ipv4.conf.all.arp_announce = ${line.value.trim()}` }] } };
  const source = host.scripts.find(({ source: { file } }) => file === line.at.file)?.source;
  const text = source && textOf(source, line.at);
  const named = text && [`/conf/${device}/`, `.conf.${device}.`].find((part) => text.split(part).length === 2);
  return named ? { fix: { title, safe: false, edits: [{ at: line.at, text: text.replace(named, named.replace(device, 'all')) }] } } : {};
}
