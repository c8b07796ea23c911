import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { removeCommands } from '../../src/lint/edits.ts';
import { effectsIn, effectsOf, inScript, nameOfAction, onlyOnStop, startSteps } from '../../src/model/timeline.ts';
import type { Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/lo-bounce',
  severity: 'error',
  title: 'A script takes the loopback device down.',
  needs: ['scripts'],
  docs: {
    what: 'A script takes lo itself down, most often to bring it up again in the next line. An alias such as lo:0 is another matter: taking it down only removes its address.',
    why: 'Going down, lo loses every route through it, the host routes of VIPs included, and every IPv6 address but ::1, and coming up again does not bring them back. Until then each local connection (database, resolver, health check) is cut.',
    repair: 'Delete both lines: nothing that LVS needs hangs on lo being down. To remove a VIP write `ip addr del VIP/32 dev lo` or `ifconfig lo:0 down`.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html', 'https://man7.org/linux/man-pages/man8/ip-link.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/fib_frontend.c: fib_disable_ip(), called on NETDEV_DOWN', quote: 'if (fib_sync_down_dev(dev, event, force)) fib_flush(dev_net(dev));' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv6/addrconf.c: addrconf_ifdown()', quote: 'if (!keep_addr || !(ifa->flags & IFA_F_PERMANENT) || addr_is_local(&ifa->addr)) { hlist_del_init_rcu(&ifa->addr_lst); goto restart; }' },
  ],
  since: '0.1.0',
  *check({ script }) {
    for (const { action, step } of effectsOf(script, 'link', ({ effect }) => effect.device === 'lo' && !effect.up)) {
      const later = action.steps.slice(action.steps.indexOf(step) + 1);
      const up = effectsIn(later, 'link').find(({ effect }) => effect.device === 'lo' && effect.up);
      const only = (place: typeof step) => place.effects.every((effect) => effect.kind === 'link');
      const places = inScript(script, step.at) && only(step) ? [step.at, ...(up && only(up.step) && inScript(script, up.step.at) ? [up.step.at] : [])] : [];
      const edits = removeCommands(script.source, places);
      const deletion = up || places.length === 0 ? undefined : deletionMeant(script, step);
      yield {
        at: step.at,
        note: `lo goes down ${nameOfAction(action, script)}${up ? ` and comes up again at line ${up.step.at.line}` : ' and is not brought up again'}: its routes and IPv6 addresses are gone`,
        ...(up ? { related: [{ at: up.step.at, note: 'lo comes up again, without what it had' }] } : {}),
        confidence: step.confidence,
        ...(deletion ? { fix: { title: 'take only the address away', safe: false, edits: [{ at: step.at, text: deletion }] } } : edits.length > 0 ? { fix: { title: up ? 'leave lo up' : 'do not take lo down', safe: false, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});

/** `ip link set lo:0 down` takes lo itself down, where the address of that label was meant: the command that takes away what start gave it. */
function deletionMeant(script: Script, step: Step): string | undefined {
  const label = step.name === 'ip' && step.wrappers.length === 0 && onlyOnStop(script, step) ? step.words.find(({ text }) => /^lo:\w+$/.test(text ?? ''))?.text : undefined;
  const given = label && effectsIn(startSteps(script), 'address').filter(({ effect }) => effect.does === 'add' && effect.label === label);
  const [first] = given || [];
  if (!first?.effect.ipWord || given!.length > 1 || first.step.loop || first.effect.prefix === undefined) return undefined;
  const { raw } = first.effect.ipWord;
  return `${step.words[0]!.raw} addr del ${/\/\d+"?$/.test(raw) ? raw : `${raw}/${first.effect.prefix}`} dev lo`;
}
