import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mend } from '../src/commands/fixes.ts';
import type { Look } from '../src/commands/look.ts';
import { casesOf, lookWithCase, type Case } from '../src/dev/cases.ts';

/** A mended script says nothing that it did not say before: every case of the script rules, and every script of the parser's corpus as an init script. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-fix-clean-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const corpus: readonly Case[] = readdirSync('fixtures/kinds/shell')
  .filter((name) => name.endsWith('.sh'))
  .map((name) => {
    const at = join(folder, name, 'web1/etc/init.d');
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, name.replace(/\.sh$/, '')), readFileSync(join('fixtures/kinds/shell', name)), { mode: 0o755 });
    return { rule: 'corpus', name, folder: join(folder, name) };
  });

/** What a mend may bring to light: words that were no command become one. */
const mayFollow: Readonly<Record<string, readonly string[]>> = { 'vip/held-twice': ['script/bad-command-args'] };

const count = ({ verdict }: Look): ReadonlyMap<string, number> => verdict.findings.reduce((all, { rule }) => all.set(rule, (all.get(rule) ?? 0) + 1), new Map<string, number>());
const parses = (text: string): boolean => spawnSync('bash', ['-n'], { input: text }).status === 0;

const cases = [...casesOf().filter(({ rule, name }) => rule.startsWith('script/') && name.startsWith('bad-')), ...corpus];

test(`${cases.length} cases, mended: no new finding, nothing to mend again, what parsed parses`, async () => {
  const faults: string[] = [];
  let mended = 0;
  for (const one of cases) {
    const look = await lookWithCase(one);
    const first = look();
    const { look: after, changed, dropped } = mend(first, look, { unsafe: true });
    if (changed.length === 0) continue;
    mended++;
    const name = `${one.rule} ${one.name}`;
    const before = count(first);
    for (const [rule, times] of count(after)) {
      if (times <= (before.get(rule) ?? 0) || mayFollow[rule]?.some((id) => before.has(id))) continue;
      faults.push(`${name}: ${rule} ${before.get(rule) ?? 0} -> ${times}: ${after.verdict.findings.filter((each) => each.rule === rule).map(({ at, note }) => `line ${at.line}: ${note}`).join('; ')}`);
    }
    for (const { finding } of dropped) faults.push(`${name}: a fix of ${finding.rule} breaks the script`);
    for (const file of changed) if (parses(file.before.text) && !parses(file.after)) faults.push(`${name}: bash does not read ${file.path} any more`);
    if (after.verdict.findings.some(({ fix }) => fix !== undefined)) faults.push(`${name}: fixes are left: ${after.verdict.findings.flatMap(({ rule, fix }) => (fix ? [rule] : [])).join(', ')}`);
  }
  assert.ok(mended > 90, `${mended} were mended`);
  assert.is(faults.length, 0, faults.join('\n'));
});

test('a fix that does not end what it mends is not made', async () => {
  const at = join(folder, 'undone', 'web1/etc/init.d');
  mkdirSync(at, { recursive: true });
  // Start takes the tunnel down again itself: another `ip link set tunl0 up` helps nobody.
  const text = `#!/bin/sh\ncase "$1" in\nstart)\n    modprobe ipip\n    ip addr add 192.0.2.80/32 dev tunl0\n    ip link set tunl0 up\n    "$0" stop\n    ;;\nstop)\n    ip link set tunl0 down\n    ;;\nesac\n`;
  writeFileSync(join(at, 'tunnel'), text, { mode: 0o755 });
  const look = await lookWithCase({ rule: 'undone', name: 'undone', folder: join(folder, 'undone') });
  const asked = look().verdict.findings.filter(({ fix }) => fix?.edits.some((edit) => edit.text.includes('tunl0 up')));
  assert.is(asked.length, 1, 'the fix is asked for');
  const { changed } = mend(look(), look, { unsafe: true });
  assert.equal(changed.map(({ after }) => [...after.matchAll(/tunl0 up/g)].length), [1]);
});

test.run();
