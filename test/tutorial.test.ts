import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mend } from '../src/commands/fixes.ts';
import { lookWithCase } from '../src/dev/cases.ts';

/** The two scripts of the tutorial that started it all: every fault is told at its line, and mending leaves nothing but what the user must fill in. What the mended ones do on a kernel is the scene `fixed/tutorial`. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-tutorial-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const from: Readonly<Record<string, string>> = { 'web1/etc/init.d/real': 'seed-real.sh', 'lvs1/etc/init.d/ipvs': 'seed-ipvs.sh' };
for (const [path, name] of Object.entries(from)) {
  mkdirSync(join(folder, dirname(path)), { recursive: true });
  writeFileSync(join(folder, path), readFileSync(join('fixtures/kinds/shell', name)), { mode: 0o755 });
}
const look = await lookWithCase({ rule: 'tutorial', name: 'tutorial', folder });

/** By the text of the line: what must be said there. */
const faults: readonly (readonly [file: string, line: RegExp, rule: string])[] = [
  ['real', /^#!\/bin\/bash/, 'script/init-header-missing'],
  ['real', /^\. \/etc\/rc\.d/, 'script/functions-unguarded'],
  ['real', /^read -p/, 'script/read-prompt'],
  ['real', /^start\)/, 'script/lockfile-missing'],
  ['real', /^start\)/, 'script/restart-absent'],
  ['real', /lo down$/, 'script/lo-bounce'],
  ['real', /^\/sbin\/ifconfig lo:1 \$VIP/, 'script/unquoted-vars'],
  ['real', /^echo 0 .*all\/arp_ignore/, 'script/stop-global-arp-reset'],
  ['real', /^status\)/, 'script/status-exit-code'],
  ['real', /^islothere=/, 'script/status-alias-grep'],
  ['real', /^isrothere=/, 'script/status-alias-grep'],
  ['real', /! "islothere"/, 'script/status-tests-literal'],
  ['real', /\u00a0echo .*Running/, 'script/bad-command-args'],
  ['real', /^exit 1/, 'script/usage-exit'],
  ['ipvs', /^#!\/bin\/bash/, 'script/init-header-missing'],
  ['ipvs', /^\. \/etc\/rc\.d/, 'script/functions-unguarded'],
  ['ipvs', /^VIP=$/, 'script/empty-address'],
  ['ipvs', /^RIP1=$/, 'script/empty-address'],
  ['ipvs', /^RIP2=$/, 'script/empty-address'],
  ['ipvs', /^start\)/, 'script/restart-absent'],
  ['ipvs', /iptables -F/, 'script/firewall-flushed'],
  ['ipvs', /ipvsadm -C/, 'script/ipvs-table-cleared'],
  ['ipvs', /^ipvsadm -A/, 'script/path-mixed'],
  ['ipvs', /touch/, 'script/lockfile-masked-error'],
  ['ipvs', /touch/, 'script/lockfile-name-mismatch'],
  ['ipvs', /^echo 0 > /, 'script/ipforward-reset-on-stop'],
  ['ipvs', /^\/sbin\/route del/, 'script/route-del-after-addr-down'],
  ['ipvs', /rm -f/, 'script/bad-command-args'],
  ['ipvs', /^status\)/, 'script/status-exit-code'],
  ['ipvs', /^if \[ ! -e/, 'script/status-lockfile-only'],
  ['ipvs', /^exit 1/, 'script/usage-exit'],
];

test('each fault is told at its line, and nothing else is', () => {
  const { verdict, sources } = look();
  const said = verdict.findings.map(({ rule, at }) => {
    const file = at.file.slice(at.file.lastIndexOf('/') + 1);
    const line = sources.find((source) => source.file === at.file && source.host === at.host)!.text.split('\n')[at.line - 1]!;
    return { file, rule, line };
  });
  for (const [file, line, rule] of faults) assert.ok(said.some((one) => one.file === file && one.rule === rule && line.test(one.line)), `${file}: ${rule} at ${line}`);
  // The second -C, and the VIP that outlives the services.
  const also = ['script/ipvs-table-cleared', 'script/stop-order-director', 'route/vip-route-redundant'];
  assert.equal(said.filter((one) => !also.includes(one.rule) && !faults.some(([file, line, rule]) => one.file === file && one.rule === rule && line.test(one.line))), []);
});

test('mended, nothing is left but the addresses to fill in, which stand at the same three names', () => {
  const { look: after } = mend(look(), look, { unsafe: true });
  assert.equal(after.verdict.findings.map(({ rule, note }) => `${rule} ${/'(\w+)'/.exec(note)?.[1]}`), ['script/empty-address VIP', 'script/empty-address RIP1', 'script/empty-address RIP2']);
});

test.run();
