import type { Fact } from '../base/fact.ts';
import { kindOn } from './device.ts';
import type { Device, Host } from './host.ts';
import { startSteps } from './timeline.ts';

/** Whether a device of a tunnel, or a dummy, is up after boot. A device that nothing speaks of, or that nothing sets up, is down: where everything that boot does was read. */
export function isUp(host: Host, name: string): Fact<boolean> {
  const device: Device | undefined = host.devices.get(name);
  if (device && device.up.state !== 'unseen') return device.up;
  if (!host.seen.has('scripts') || mayRaise(host, name)) return { state: 'unseen' };
  return { state: 'default', value: false, at: { host: host.name, default: `nothing sets ${name} up` } };
}

/** Whether a script may set a device up by a command that is not known in full: `ip link set $DEV up`, or a program of its own. */
function mayRaise(host: Host, name: string): boolean {
  return host.scripts.some((script) =>
    startSteps(script).some(({ effects, name: command, words }) =>
      command === undefined ||
      (/^(?:ifup|nmcli|networkctl|netplan)$/.test(command) && words.some(({ text }) => text === undefined || text === name)) ||
      effects.some((effect) => (effect.kind === 'link' && effect.device === undefined && effect.up) || (effect.kind === 'source' && !effect.found && !/(?:functions|^\/etc\/(?:sysconfig|default)\/.*|\/lsb\/[\w-]+)$/.test(effect.path ?? '')) || (effect.kind === 'address' && effect.device === undefined && effect.tool === 'ifconfig')),
    ),
  );
}

/** Whether a device is known to be down after boot, so that no route leads out of it: one that is set down, a tunnel or dummy that nothing sets up. */
export function isDown(host: Host, name: string): boolean {
  if (name === 'lo') return false;
  const kind = kindOn(host, name);
  const up = kind === 'dummy' || kind === 'tunnel' ? isUp(host, name) : host.devices.get(name)?.up;
  return up !== undefined && up.state !== 'unseen' && !up.value && !(up.state === 'set' && up.confidence === 'possible');
}
