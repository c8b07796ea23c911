import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { removeCommands } from '../../src/lint/edits.ts';
import { effectsIn, inScript, neverBoth, startSteps, stopSteps } from '../../src/model/timeline.ts';
import type { Effect, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/route-del-after-addr-down',
  severity: 'info',
  title: 'Stop deletes a route that has gone with its alias.',
  needs: ['scripts'],
  docs: {
    what: 'Stop takes the alias of the VIP down and then deletes the host route of the VIP.',
    why: 'A host route that `route add -host VIP dev lo:1` made goes together with the address. The command always fails (exit 7, "No such process"), which hides real failures when its output is thrown away, and becomes the exit status of stop when it is the last.',
    repair: 'Delete the line: there is nothing left to delete.',
    exceptions: 'A route that `ip route add` made stays when the alias goes: deleting it is right, and not reported.',
    references: ['https://man7.org/linux/man-pages/man8/route.8.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: fib_del_ifaddr()', quote: 'if (fib_sync_down_addr(dev, ifa->ifa_local)) fib_flush(dev_net(dev));' }],
  since: '0.1.0',
  *check({ script }) {
    const start = startSteps(script);
    const stop = stopSteps(script);
    const byIp = effectsIn(start, 'route').some(({ effect }) => effect.does === 'add' && effect.tool === 'ip');
    const taken = effectsIn(start, 'address').filter(({ effect }) => effect.does === 'add');
    if (byIp || taken.length === 0) return;
    for (const { step, effect } of effectsIn(stop, 'route')) {
      if (effect.does !== 'remove' || effect.tool !== 'route' || effect.via) continue;
      const down = effectsIn(stop.slice(0, stop.indexOf(step)), 'address').find((other) => other.effect.does !== 'add' && !neverBoth(other.step, step));
      const off = down ? undefined : deviceOff(stop.slice(0, stop.indexOf(step)), step, taken.filter((add) => isHostRoute(effect, step, add.effect, add.step)).map((add) => add.effect.device));
      if (off) {
        const edits = inScript(script, step.at) ? removeCommands(script.source, [step.at]) : [];
        yield { at: step.at, note: `the route is gone since line ${off.at.line} took its device down: this command always fails`, related: [{ at: off.at, note: 'the device goes down here, and its routes with it' }], confidence: step.confidence, ...(edits.length > 0 ? { fix: { title: 'drop the command', safe: true, edits: edits as [Edit, ...Edit[]] } } : {}) };
        continue;
      }
      if (!down || !taken.some((add) => isRouteOf(effect, step, add.effect, add.step, down.effect))) continue;
      const edits = inScript(script, step.at) ? removeCommands(script.source, [step.at]) : [];
      yield {
        at: step.at,
        note: `the route is gone since line ${down.step.at.line} took ${down.effect.label ?? down.effect.device ?? 'the address'} down: this command always fails`,
        related: [{ at: down.step.at, note: 'the address goes here, and its route with it' }],
        confidence: step.confidence,
        ...(edits.length > 0 ? { fix: { title: 'drop the command', safe: true, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});

/** Whether a route is the host route of an address that start takes and stop has just given back. */
function isRouteOf(route: Extract<Effect, { kind: 'route' }>, removal: Step, add: Extract<Effect, { kind: 'address' }>, adds: Step, down: Extract<Effect, { kind: 'address' }>): boolean {
  const gone = (down.label !== undefined && down.label === add.label) || (down.ip !== undefined && down.ip.text === add.ip?.text) || (down.label === undefined && down.device === add.device);
  if (!gone) return false;
  return isHostRoute(route, removal, add, adds);
}

/** Whether a route is the host route of an address. */
function isHostRoute(route: Extract<Effect, { kind: 'route' }>, removal: Step, add: Extract<Effect, { kind: 'address' }>, adds: Step): boolean {
  if (route.to !== undefined) return route.to !== 'default' && add.ip !== undefined && route.to.ip.text === add.ip.text;
  const name = add.ipWord?.variables[0];
  return name !== undefined && adds !== removal && removal.words.some((word) => word.variables.includes(name));
}

/** The command that has taken a whole device down, with which all its routes go. */
function deviceOff(before: readonly Step[], removal: Step, devices: readonly (string | undefined)[]): Step | undefined {
  return effectsIn(before, 'link').find(({ step, effect }) => !effect.up && effect.device !== undefined && effect.device !== 'lo' && devices.includes(effect.device) && !neverBoth(step, removal))?.step;
}
