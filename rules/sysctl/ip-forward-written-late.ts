import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { seenFrom } from '../../src/lint/words.ts';
import { assignmentsOf, sysctlNumber, sysctlValue, type Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/ip-forward-written-late',
  severity: 'info',
  title: 'Writing ip_forward takes back a setting that was made before it.',
  needs: ['sysctl'],
  docs: {
    what: 'Forwarding of a device, or conf.all.accept_redirects, is set, and a later line writes ip_forward, which gives it another value.',
    why: 'ip_forward is no mere switch: when its value changes the kernel writes forwarding of every device, and sets conf.all.accept_redirects to the opposite, as a router or a host is to behave. The line before it looks right and is not in force.',
    repair: '`net.ipv4.ip_forward = 1` as the first of all net.ipv4 lines (in a script: the first command that writes to /proc/sys/net/ipv4).',
    exceptions: 'A setting that comes out the same (accept_redirects = 0 before ip_forward = 1) loses nothing. Writing the value that ip_forward has already changes nothing. Send_redirects, arp_ignore, arp_announce and rp_filter are not touched.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/devinet.c: inet_forward_change()', quote: 'IPV4_DEVCONF_ALL(net, ACCEPT_REDIRECTS) = !on;' }],
  since: '0.1.0',
  *check({ host }) {
    const switches = assignmentsOf(host, 'net/ipv4/ip_forward');
    if (switches.length === 0) return;
    const told = new Map<Assignment, Assignment[]>();
    for (const key of host.sysctls.keys()) {
      if (!/^net\/ipv4\/conf\/(?:all\/accept_redirects|(?!all\/)[^*?[]+\/forwarding)$/.test(key)) continue;
      const line = assignmentsOf(host, key).at(-1);
      const fact = sysctlValue(host, key);
      const late = fact.state === 'set' ? switches.find(({ at }) => at === fact.at) : undefined;
      if (!line || !late || fact.state !== 'set' || sysctlNumber(line.value) === undefined || sysctlNumber(line.value) === fact.value) continue;
      told.set(late, [...(told.get(late) ?? []), line]);
    }
    for (const [late, lines] of told) {
      const [first] = lines;
      const more = lines.length > 1 ? ` and ${lines.length - 1} more` : '';
      yield {
        at: late.at,
        note: `this write sets ${first!.key.replaceAll('/', '.')}${more} back to ${sysctlNumber(first!.value) ? 0 : 1}; ${first!.value.trim()} was written at ${seenFrom(late.at, first!.at)}`,
        related: lines.map(({ at, key }) => ({ at, note: `${key.replaceAll('/', '.')} is not in force` })),
        confidence: weakest(late.confidence, ...lines.map(({ confidence }) => confidence)),
      };
    }
  },
});
