import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hostsOf, memoryShelf } from '../src/commands/hosts-of.ts';

const bytes = new TextEncoder().encode('net.ipv4.ip_forward = 1\n');

test('a file brings its whole host and the hosts beside it, and hosts of one name keep apart', () => {
  const paths = ['a/web1/etc/sysctl.conf', 'a/lvs1/etc/sysctl.conf', 'b/web1/etc/sysctl.conf'];
  const shelf = memoryShelf(new Map(paths.map((path) => [path, bytes])));
  const hosts = hostsOf(['a/web1/etc/sysctl.conf', 'b/web1/etc/sysctl.conf'], shelf);
  assert.is(hosts.length, 3);
  assert.is(new Set(hosts.map(({ name }) => name)).size, 3, hosts.map(({ name }) => name).join(' '));
  assert.equal(hosts.map(({ open }) => open('etc/sysctl.conf')).sort(), [...paths].sort());
});

test.run();
