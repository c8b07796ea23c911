import { weakest } from '../../src/base/fact.ts';
import type { Span } from '../../src/base/origin.ts';
import { insertAbove, standsAlone } from '../../src/lint/edits.ts';
import { hostRule, type Fix } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { showVips, vipPlaces } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import { devicesOf, tunnelEnds, type TunnelEnd } from '../../src/model/tunnel.ts';
import { isUp } from '../../src/model/up.ts';

export default hostRule({
  id: 'tunnel/device-absent',
  severity: 'warning',
  title: 'No device of a real server takes the packets that come through the tunnel.',
  needs: ['scripts', 'addresses'],
  docs: {
    what: 'A director sends to a real server by tunnelling (`ipvsadm -i`, `lb_kind TUN`, `ipip`), the real server holds the VIP, and nothing that boot runs makes the device that unwraps the packets and sets it up: tunl0 for IP in IP.',
    why: 'The packets arrive as IP protocol 4, with another IP packet within. Where the module ipip is not loaded, or its device tunl0 is down, nobody unwraps them: the kernel answers `protocol unreachable`, and every connection that is scheduled to this server times out. That the VIP is held makes no difference.',
    repair: '`modprobe ipip` and `ip link set tunl0 up`, before the VIP is added; at best hold the VIP on tunl0: `ip addr add VIP/32 dev tunl0` (`ifconfig tunl0 VIP netmask 255.255.255.255 broadcast VIP up` does all three). Write `ipip` into /etc/modules-load.d/ipip.conf, and look at rp_filter (`tunnel/rp-filter-strict`).',
    exceptions: 'ifconfig, an ifcfg-tunl0, a stanza of interfaces, netplan’s `tunnels` and NetworkManager’s connections set their device up. Another device of the same type, made by `ip tunnel add`, does as well. Nothing is said where a script sets up a device that cannot be known, or of a host of which only single files are seen. Where the VIP is missing too, `vip/absent-on-real-server` speaks.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-Tun.html', 'https://man7.org/linux/man-pages/man8/ip-tunnel.8.html'],
  },
  proof: [{ kind: 'kernel-run', breaks: 'connect' }],
  since: '0.1.0',
  *check({ host, cluster }) {
    const ends = tunnelEnds(host, cluster);
    // Which of a director's real servers a host is, is guessed where its RIP was not seen: some of the tunnels may be another's.
    const guessed = ends.some((end) => devicesOf(host, end).some((name) => isSetUp(host, name)));
    for (const end of ends) {
      const [vip] = end.vips;
      if (!vip || (guessed && end.pairs.every(({ confidence }) => confidence !== 'certain'))) continue;
      const devices = devicesOf(host, end);
      const states = (devices.length > 0 ? devices : [end.wrapping.device]).map((name) => ({ name, up: isUp(host, name) }));
      if (states.some(({ up }) => up.state === 'unseen')) {
        if (end.pairs.length > 0 && !host.seen.has('scripts')) yield { lacks: 'scripts', host: host.name };
        continue;
      }
      if (states.some(({ name }) => isSetUp(host, name))) continue;
      const downs = states.flatMap(({ name, up }) => (up.state === 'set' ? [{ name, at: up.at, confidence: up.confidence }] : []));
      const at = vip.at;
      const fix = mend(host, end, at);
      yield {
        at,
        note: `${listed(states.map(({ name }) => name))} ${states.length > 1 ? 'are' : 'is'} never set up on ${host.name}${devices.length === 0 && !loads(host, end) ? ` (nothing loads ${end.wrapping.module} either)` : ''}: packets for ${showVips(end.vips)} that come by tunnel are not unwrapped`,
        related: otherPlaces(at, [
          ...downs.map((down) => ({ at: down.at, note: `${down.name} is made here, or set down` })),
          ...end.pairs.map(({ director, destination }) => ({ at: destination.at, note: `${director.name} sends to ${destination.rip.text} by tunnel here` })),
          ...vipPlaces(end.vips).slice(1),
        ]),
        confidence: weakest(end.confidence, 'likely', ...downs.map(({ confidence }) => confidence)),
        ...(fix ? { fix } : {}),
      };
    }
  },
});

function isSetUp(host: Host, name: string): boolean {
  const up = isUp(host, name);
  return up.state !== 'unseen' && up.value;
}

function loads(host: Host, { wrapping }: TunnelEnd): boolean {
  return host.modules.some(({ module }) => module === wrapping.module);
}

/** The commands above the one of a script that adds the VIP. */
function mend(host: Host, end: TunnelEnd, at: Span): Fix | undefined {
  const script = host.scripts.find(({ file, source }) => file === at.file && source.host === at.host);
  const name = end.wrapping.type === 'ipip' && end.wrapping.protocol === 'ipencap' ? end.wrapping.device : undefined;
  if (!script || name === undefined || devicesOf(host, end).some((device) => device !== name) || !standsAlone(script.source, at)) return undefined;
  const lines = [...(loads(host, end) ? [] : [`modprobe ${end.wrapping.module}`]), `ip link set ${name} up`];
  return { title: `set ${name} up before the VIP is added`, safe: false, edits: [insertAbove(script.source, at.line, lines)] };
}
