import { hostRule } from '../../src/lint/rule.ts';
import { slipOf } from '../../src/model/sysctl-slips.ts';
import { parameterLines } from '../../src/model/sysctl-writes.ts';

export default hostRule({
  id: 'sysctl/key-misspelt',
  severity: 'error',
  title: 'The name of a kernel parameter that LVS hangs on is misspelt.',
  needs: ['sysctl', 'scripts'],
  docs: {
    what: 'A sysctl file or a script sets a key below net.ipv4.conf, or next to ip_forward, that does not exist and differs from one that does by a slip of the hand: arp_ingore, arp_announces, ip_foward.',
    why: 'sysctl says “cannot stat”, the shell “No such file or directory”, at boot, where nobody reads it, and goes on. The parameter keeps its default: a real server answers ARP for the VIP, a director does not forward.',
    repair: 'The name as the kernel has it, for instance `net.ipv4.conf.all.arp_ignore = 1`.',
    exceptions: 'Keys that resemble nothing are some module’s own and are left alone; so are globs.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl(8), -e', quote: 'Use this option to ignore errors about unknown keys.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { key, at, confidence } of parameterLines(host)) {
      const slip = slipOf(key);
      if (slip) yield { at, note: `there is no ${key.replaceAll('/', '.')}; the kernel has ${slip.replaceAll('/', '.')}`, confidence };
    }
  },
});
