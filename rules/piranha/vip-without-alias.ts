import { hostRule } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import { overridesDevice } from '../../src/model/floating.ts';
import type { FloatingAddress } from '../../src/model/piranha.ts';

export default hostRule({
  id: 'piranha/vip-without-alias',
  severity: 'warning',
  title: 'A VIP of Piranha takes the place of the card’s own address.',
  needs: ['services'],
  docs: {
    what: 'The `address` of an active virtual names a device without an alias: `eth0` in place of `eth0:1`.',
    why: 'pulse runs `ifconfig eth0 VIP … up`, which puts the VIP in the place of the card’s own address, and with it goes the heartbeat; a second VIP there puts away the first. When the director gives up it runs `ifconfig eth0 down`: the whole card goes down.',
    repair: '`address = 192.168.14.60 eth0:1`, an alias for each VIP.',
    exceptions: 'A card that has no other address is there for the VIP alone.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [{ kind: 'manual', cite: 'Piranha, pulse.c: deactivateLvs()', quote: 'disableInterface (config->virtServers[i].virtualDevice, flags);' }],
  since: '0.1.0',
  *check({ host }) {
    const config = host.piranha;
    const devices = new Map<string, FloatingAddress[]>();
    for (const { kind, active, address } of config?.services ?? []) {
      if (kind !== config?.runs || !active?.value || !address || !overridesDevice(host, address)) continue;
      devices.set(address.device.value, [...(devices.get(address.device.value) ?? []), address]);
    }
    for (const [device, [first, ...rest]] of devices) {
      if (!first) continue;
      const own = host.addresses.find((address) => address.device === device && address.label === undefined && ![first, ...rest].some(({ ip }) => ip?.text === address.ip.text));
      yield {
        at: first.device.at,
        note: `${listed([first, ...rest].flatMap(({ ip }) => (ip ? [ip.text] : []))) || 'the VIP'} ${rest.length > 0 ? 'are' : 'is'} set on ${device} itself, not on an alias: ${own ? `${own.ip.text} is lost, and ` : ''}${device} goes down when this director becomes inactive`,
        related: [...(own ? [{ at: own.at, note: `${device} has ${own.ip.text}` }] : []), ...rest.map(({ at }) => ({ at, note: `on ${device} as well` }))],
        confidence: overridesDevice(host, first)!,
      };
    }
  },
});
