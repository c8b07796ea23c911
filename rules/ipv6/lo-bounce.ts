import { weakest } from '../../src/base/fact.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { removeCommands } from '../../src/lint/edits.ts';
import { scriptRule, type Edit } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import type { Address, Host } from '../../src/model/host.ts';
import type { Action, Script, Step } from '../../src/model/script.ts';
import { assignmentsOf, sysctlNumber } from '../../src/model/sysctl.ts';
import { actionNamed, effectsIn, effectsOf, inScript, nameOfAction, placeOf, timeline } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'ipv6/lo-bounce',
  severity: 'error',
  title: 'A script takes lo down, and with it the IPv6 VIPs that lo holds.',
  needs: ['scripts', 'addresses'],
  docs: {
    what: 'A script takes lo down while lo holds an IPv6 VIP, by a network configuration or by an earlier command. That lo comes up again in the next line does not matter.',
    why: 'A device that goes down loses every IPv6 address but link-local ones and ::1, and coming up again does not bring them back, as it does with IPv4. The real server drops every packet for the VIP from then on, until the network is configured anew, while its services look healthy.',
    repair: 'Delete both lines: nothing that LVS needs hangs on lo being down. Where lo must go down, add the VIP behind it again: `ip -6 addr add VIP/128 dev lo`.',
    exceptions: 'Nothing is said where the VIP is added behind the bounce, where stop takes it away anyway, or where `net.ipv6.conf.all.keep_addr_on_down = 1` (or of lo) keeps addresses. `script/lo-bounce` tells what a bounce of lo does besides.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html', 'https://man7.org/linux/man-pages/man8/ip-address.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'connect' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv6/addrconf.c: addrconf_ifdown()', quote: 'if (!keep_addr || !(ifa->flags & IFA_F_PERMANENT) || addr_is_local(&ifa->addr)) { hlist_del_init_rcu(&ifa->addr_lst); goto restart; }' },
  ],
  silences: ['script/lo-bounce'],
  since: '0.1.0',
  *check({ script, host }) {
    if (keepsAddresses(host)) return;
    for (const { action, step } of effectsOf(script, 'link', ({ effect }) => effect.device === 'lo' && !effect.up)) {
      const lost = lostVips(script, host, action, step);
      if (lost.length === 0) continue;
      const later = action.steps.slice(action.steps.indexOf(step) + 1);
      const up = effectsIn(later, 'link').find(({ effect }) => effect.device === 'lo' && effect.up);
      const only = (place: Step): boolean => place.effects.every((effect) => effect.kind === 'link') && inScript(script, place.at);
      const edits = removeCommands(script.source, only(step) ? [step.at, ...(up && only(up.step) ? [up.step.at] : [])] : []);
      yield {
        at: step.at,
        note: `lo goes down ${nameOfAction(action, script)} and loses ${listed(lost.map(({ ip }) => ip.text))}${up ? `; coming up at line ${up.step.at.line} does not bring ${lost.length > 1 ? 'them' : 'it'} back` : ''}`,
        related: otherPlaces(step.at, [...lost.map((address) => ({ at: address.at, note: `lo holds ${address.ip.text}` })), ...(up ? [{ at: up.step.at, note: 'lo comes up again' }] : [])]),
        confidence: weakest(step.confidence, ...lost.map(({ confidence }) => confidence)),
        ...(edits.length > 0 ? { fix: { title: up ? 'leave lo up' : 'do not take lo down', safe: false, edits: edits as [Edit, ...Edit[]] } } : {}),
      };
    }
  },
});

/** `net.ipv6.conf.{all,lo}.keep_addr_on_down` (`net/ipv6/addrconf.c: addrconf_ifdown()`). */
function keepsAddresses(host: Host): boolean {
  return ['all', 'lo'].some((device) => assignmentsOf(host, `net/ipv6/conf/${device}/keep_addr_on_down`).some(({ value }) => (sysctlNumber(value) ?? 1) > 0));
}

/** IPv6 addresses that lo holds when a command takes it down, and that nothing adds again behind it. */
function lostVips(script: Script, host: Host, action: Action, step: Step): readonly Address[] {
  const steps = action.name === 'top' ? action.steps : (timeline(script, action.name) ?? action.steps);
  const at = steps.findIndex((other) => placeOf(other.at) === placeOf(step.at));
  const index = at < 0 ? 0 : at;
  const stops = actionNamed(script, 'stop') === action;
  return host.addresses.filter((address) => {
    const { ip } = address;
    if (address.device !== 'lo' || ip.family !== 6 || isLoopback(ip) || ip.text.startsWith('fe80:')) return false;
    if (touches(steps.slice(index + 1), ip.text, 'add') || touches(steps.slice(index + 1), undefined, 'add')) return false;
    if (address.by === 'config') return !touches(steps.slice(0, index), ip.text, 'remove');
    // What a script adds is there where it was added before; another script's is there at least when this one is called later than at boot.
    if (address.script === script.file) return !stops && touches(steps.slice(0, index), ip.text, 'add');
    return !stops && (action.name !== 'start' && action.name !== 'top' ? true : host.scripts.findIndex(({ file }) => file === address.script) < host.scripts.indexOf(script));
  });
}

/** Whether some command adds an address to lo, or takes it away; undefined: one that is not known. */
function touches(steps: readonly Step[], ip: string | undefined, does: 'add' | 'remove'): boolean {
  return effectsIn(steps, 'address').some(({ effect }) => (does === 'add' ? effect.does === 'add' : effect.does !== 'add') && effect.device === 'lo' && (ip === undefined ? effect.ip === undefined && effect.ipWord !== undefined && effect.ipWord.text !== '' : effect.ip?.text === ip));
}
