import type { Ip } from '../base/ip.ts';
import { kindOn } from './device.ts';
import { filterOf } from './filter.ts';
import type { Host } from './host.ts';
import { routeTo } from './route.ts';
import type { Step } from './script.ts';
import { startSteps } from './timeline.ts';

/** What a packet grows by in a tunnel of IP in IP, in bytes. */
const outerHeader = 20;
const ethernet = 1500;

/** Whether a command of a host's scripts sets a segment size, or the MTU of a route or of something that is not known (`mtu 1480`, `advmss 1440`, `mss 1440`). That of a device is a fact of the device. */
export function namesSizes(host: Host): boolean {
  return host.scripts.some((script) => startSteps(script).some((step) => !ofDevice(step) && step.words.some(({ text }) => text !== undefined && /^(?:mtu|advmss|mss|--set-mss|\S*\.mtu)$|^(?:MTU|mtu)=/.test(text))));
}

function ofDevice({ effects }: Step): boolean {
  return effects.some((effect) => effect.kind === 'mtu' && effect.device !== undefined && effect.mtu !== undefined);
}

/**
 * Whether anything on a real server may make its clients send segments that still fit when a tunnel has made them longer: its SYN-ACK offers what the route, else the card, takes
 * (`net/ipv4/tcp_metrics.c`, `net/ipv4/route.c: ipv4_default_advmss()`). The MTU of the tunnel device is no matter: replies do not leave by it.
 */
export function minds(host: Host): boolean {
  const small = (mtu: number | undefined): boolean => mtu !== undefined && mtu <= ethernet - outerHeader;
  return (
    namesSizes(host) ||
    [...host.devices.values()].some(({ name, mtu }) => kindOn(host, name) === 'nic' && small(mtu?.value)) ||
    host.routes.some(({ family, mtu }) => family === 4 && small(mtu)) ||
    filterOf(host).chains.some(({ rules }) => rules.some(({ spec }) => /--set-mss\b|maxseg/.test(spec)))
  );
}

/** Whether the card by which a director reaches a real server takes an Ethernet packet and the outer header: nothing of what clients on Ethernet send is too long then. */
export function takesWrapped(director: Host, rip: Ip): boolean {
  const way = routeTo(director, rip);
  const device = way.state === 'set' ? way.value?.device : undefined;
  const mtu = device === undefined ? undefined : director.devices.get(device)?.mtu;
  return mtu !== undefined && mtu.value >= ethernet + outerHeader;
}
