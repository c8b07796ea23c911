import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'boot/networkd-lo-matched-twice',
  severity: 'error',
  title: 'An address of lo stands in a file that systemd-networkd does not apply.',
  needs: ['addresses'],
  docs: {
    what: 'Two .network files match lo, and the address stands in the later one.',
    why: 'systemd-networkd gives a device the first file that matches it, and no second one: the real server does not hold the VIP, and drops what the director sends.',
    repair: 'Write the address into the first file, or into a drop-in of it: `/etc/systemd/network/10-lo.network.d/vip.conf`.',
    exceptions: 'Nothing is said where a file asks for more than a name (`Host=`, `KernelVersion=`): then it may be meant for other hosts.',
    references: ['https://www.freedesktop.org/software/systemd/man/latest/systemd.network.html'],
  },
  proof: [{ kind: 'manual', cite: 'systemd.network(5), [MATCH] SECTION OPTIONS', quote: 'The first (in alphanumeric order) of the network files that matches a given interface is applied, all later files are ignored, even if they match as well.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { at, found, other } of faultsOf(host, 'networkd', 'file-hidden')) {
      if (other && !host.addresses.some((address) => found.split('/')[0] === address.ip.text)) yield { at, note: `${found} is not put on lo: ${other.file.slice(other.file.lastIndexOf('/') + 1)} matches lo first`, related: [{ at: other, note: 'this file is applied' }] };
    }
  },
});
