import { inSubnet, networkOf, prefixOfNetmask, showCidr } from '../../src/base/ip.ts';
import { hostRule, type Problem } from '../../src/lint/rule.ts';
import { holdings } from '../../src/model/device.ts';
import { overridesDevice } from '../../src/model/floating.ts';
import type { Host } from '../../src/model/host.ts';
import type { PiranhaConfig } from '../../src/model/piranha.ts';

export default hostRule({
  id: 'piranha/nat-router-without-alias',
  severity: 'warning',
  title: 'The floating gateway of Piranha’s NAT is no address of its own.',
  needs: ['services'],
  docs: {
    what: '`nat_router` names a device without an alias (`eth1` in place of `eth1:1`), or lies, by `nat_nmask`, in a network in which no real server is.',
    why: 'pulse runs `ifconfig eth1 ADDRESS … up`, which puts the floating address in the place of the card’s own, and `ifconfig eth1 down` when the director gives up: the card goes down, with it the heartbeat over it and every route. A gateway in another network is reached by no real server.',
    repair: '`nat_router = 10.11.12.10 eth1:1` with the netmask of the real servers’ network.',
    exceptions: 'A card that has no other address is there for it alone. nat_router counts with `network = nat` only.',
    references: ['https://docs.redhat.com/en/documentation/red_hat_enterprise_linux/6/html/load_balancer_administration/'],
  },
  proof: [
    { kind: 'manual', cite: 'lvs.cf(5), nat_router', quote: 'nat_router = a.b.c.d dev:n' },
    { kind: 'manual', cite: 'Piranha, pulse.c: deactivateLvs()', quote: 'disableInterface (config->natRouterDevice, flags);' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const config = host.piranha;
    if (!config?.natRouter || config.runs !== 'virtual' || (config.forwarding && config.forwarding.value !== 'nat') || (!config.forwarding && !config.whole)) return;
    const { device } = config.natRouter;
    const confidence = overridesDevice(host, config.natRouter);
    if (confidence) {
      const own = host.addresses.find((address) => address.device === device.value && address.label === undefined && address.ip.text !== config.natRouter?.ip?.text);
      yield {
        at: device.at,
        note: `nat_router is set on ${device.value} itself, not on an alias: ${own ? `${own.ip.text} is lost, and ` : ''}${device.value} goes down when this director becomes inactive`,
        ...(own ? { related: [{ at: own.at, note: `${device.value} has ${own.ip.text}` }] } : {}),
        confidence,
        fix: { title: `use the alias ${device.value}:1`, safe: false, edits: [{ at: device.at, text: `${device.value}:1` }] },
      };
    }
    yield* farFrom(host, config);
  },
});

/** The gateway of real servers that all lie elsewhere. */
function* farFrom(host: Host, { natRouter, natNetmask }: PiranhaConfig): Iterable<Problem> {
  const prefix = natNetmask && prefixOfNetmask(natNetmask.value);
  if (!natRouter?.ip || prefix === undefined || prefix === 0 || prefix >= 31) return;
  const net = { ip: natRouter.ip, prefix };
  const rips = host.services.filter(({ managed }) => managed?.by === 'piranha').flatMap(({ destinations }) => destinations);
  const [first] = rips;
  // A card whose own netmask takes both in makes up for it.
  const wider = host.addresses.some((address) => address.prefix !== undefined && address.ip.text !== natRouter.ip!.text && inSubnet(natRouter.ip!, { ip: address.ip, prefix: address.prefix }) && rips.some(({ rip }) => inSubnet(rip, { ip: address.ip, prefix: address.prefix! })));
  if (!first || wider || rips.some(({ rip }) => inSubnet(rip, net) || holdings(host, rip).length > 0)) return;
  yield { at: natRouter.at, note: `no real server lies in ${showCidr(networkOf(net))}, so none of them can have ${natRouter.ip.text} as its gateway`, related: [{ at: natNetmask!.at, note: 'its netmask' }, { at: first.at, note: `${first.rip.text} is a real server` }], confidence: 'likely' };
}
