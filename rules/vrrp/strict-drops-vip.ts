import { hostRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';

export default hostRule({
  id: 'vrrp/strict-drops-vip',
  severity: 'error',
  title: 'Strict VRRP makes keepalived drop all packets to the VIP.',
  needs: ['services'],
  docs: {
    what: 'vrrp_strict (or strict_mode of an instance) is set, the instance’s priority is not 255, and it has no accept line.',
    why: 'Strict mode follows RFC 5798 to the letter: a master that does not own the address must not accept packets for it, so keepalived adds firewall rules that drop them. The VIP cannot be pinged, and IPVS, which takes its packets on the way in, gets none. The shipped sample has this line. Strict mode also forbids authentication and unicast.',
    repair: 'Delete `vrrp_strict`; or add `accept` to the instance (VRRP version 3).',
    exceptions: 'With priority 255, or with accept in an instance of version 3, packets are taken.',
    references: ['https://www.keepalived.org/manpage.html', 'https://github.com/acassen/keepalived/issues/474'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived.conf(5), vrrp_strict', quote: 'If accept/no accept is not specified, accept is set if priority is 255 aand cleared otherwise' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const caught = (host.vrrp ?? []).filter(({ strict, priority, accept, vips, conditional }) => strict?.value && priority?.value !== 255 && !accept?.value && vips.length > 0 && !conditional);
    const byPlace = new Map<string, typeof caught>();
    for (const instance of caught) {
      const { file, line } = instance.strict!.at;
      byPlace.set(`${file}:${line}`, [...(byPlace.get(`${file}:${line}`) ?? []), instance]);
    }
    for (const instances of byPlace.values()) {
      const at = instances[0]!.strict!.at;
      yield {
        at,
        note: `packets to ${listed(instances.flatMap(({ vips }) => vips.map(({ ip }) => ip.text)).slice(0, 6))} are dropped by keepalived's own firewall rules`,
        related: otherPlaces(at, instances.map((instance) => ({ at: instance.priority?.at ?? instance.at, note: `${instance.name} has ${instance.priority ? `priority ${instance.priority.value}` : 'the default priority 100'} and no accept` }))),
        fix: { title: 'leave strict mode', safe: false, edits: [{ at, text: '' }] },
      };
    }
  },
});
