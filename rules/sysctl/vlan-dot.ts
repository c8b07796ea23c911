import { hostRule } from '../../src/lint/rule.ts';
import { dottedDevice } from '../../src/model/sysctl-slips.ts';
import { parameterLines } from '../../src/model/sysctl-writes.ts';

export default hostRule({
  id: 'sysctl/vlan-dot',
  severity: 'error',
  title: 'A kernel parameter of a VLAN device is written with a dot in the device’s name.',
  needs: ['sysctl', 'scripts'],
  docs: {
    what: 'A sysctl file, or sysctl in a script, names a VLAN device as it is called, with its dot (net.ipv4.conf.eth0.57.rp_filter).',
    why: 'In dotted keys every dot parts a folder from the next: the key means a file 57/rp_filter below conf/eth0, which does not exist. sysctl complains at boot, where nobody reads it, and the device keeps its default.',
    repair: '`net.ipv4.conf.eth0/57.rp_filter = 0`, or with slashes throughout: `net/ipv4/conf/eth0.57/rp_filter = 0`.',
    exceptions: 'Both right forms are silent.',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl.d(5), CONFIGURATION FORMAT', quote: 'If the first separator is a slash, remaining slashes and dots are left intact. If the first separator is a dot, dots and slashes are interchanged.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { key, at, confidence } of parameterLines(host)) {
      const slip = dottedDevice(key);
      if (slip) yield { at, note: `the device is ${slip.device}, but its dot parts the key: ${slip.meant} means it`, confidence };
    }
  },
});
