/** A rule about addresses, routes, ARP or kernel parameters sees its fault in whatever language a host says it. */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../rules/index.ts';

/** The languages in which hosts say these things, by the paths of their files; the first that fits. */
const dialects: readonly (readonly [name: string, path: RegExp])[] = [
  ['ifcfg', /^\/etc\/sysconfig\/network(?:$|-scripts\/|\/)/],
  ['interfaces', /^\/etc\/network\/interfaces/],
  ['netplan', /^\/etc\/netplan\//],
  ['networkd', /^\/etc\/systemd\/network\//],
  ['keyfile', /^\/etc\/NetworkManager\/system-connections\//],
  ['sysctl', /\/sysctl(?:\.conf$|\.d\/)/],
  ['saved rules', /^\/etc\/(?:sysconfig\/)?(?:arptables|iptables|ipvsadm|nftables)/],
  ['keepalived', /^\/etc\/keepalived\//],
  ['script', /^\/etc\/(?:rc\.|rc\.d\/|init\.d\/|profile|cron)|\/s?bin\/|\.sh$/],
];

/** The languages in which a rule's findings stand: their own places, and the related ones on the same host. `text`: a findings.txt (that it is current is another law). */
function dialectsIn(text: string, id: string): ReadonlySet<string> {
  const spoken = new Set<string>();
  let host: string | undefined;
  for (const line of text.split('\n')) {
    const own = /^ {2}\w+\[([^\]]+)\] ([^:]+):(\/.+?):\d+:\d+-\d/.exec(line);
    const place = own ?? /^( {4})([^:]+):(\/.+?):\d+:\d+: /.exec(line);
    if (!place || /^\S/.test(line)) continue;
    if (own) host = own[1] === id ? own[2] : undefined;
    if (place[2] !== host) continue;
    const dialect = dialects.find(([, path]) => path.test(place[3]!))?.[0];
    if (dialect) spoken.add(dialect);
  }
  return spoken;
}

/** Rules whose fault exists in one language only. */
const oneDialect: Readonly<Record<string, string>> = {
  'arp/arptables-flushed': 'flushing is a command; a saved table has none',
  'sysctl/append-not-idempotent': 'appending is a redirection of a shell',
  'sysctl/conf-not-read': 'it is about the file /etc/sysctl.conf',
  'sysctl/d-suffix': 'it is about the names of files in sysctl.d',
  'sysctl/duplicate-key': 'it is about two lines of one file of parameters; in a script the order may be meant',
  'sysctl/sed-first-digit': 'sed is a command',
  'sysctl/vs-module-order': 'it is about what systemd-sysctl reads at boot',
};

for (const { id } of rules.filter((rule) => /^(?:arp|vip|route|sysctl)\//.test(rule.id) && oneDialect[rule.id] === undefined))
  test(`${id}: bad cases in two dialects at least`, () => {
    const spoken = dialectsIn(readFileSync(`fixtures/rules/${id}/findings.txt`, 'utf8'), id);
    assert.ok(spoken.size >= 2, `${id}: its bad cases speak ${[...spoken].join(', ') || 'none of the known languages'} only; a case in another is wanted (or a reason in oneDialect)`);
  });

test('exceptions are of rules that exist', () => {
  assert.equal(Object.keys(oneDialect).filter((id) => !rules.some((rule) => rule.id === id)), []);
});

test.run();
