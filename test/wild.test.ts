import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lookAtCase, wildSetups, wildText } from '../src/dev/cases.ts';

const setups = wildSetups();

test('there are whole setups of three distributions', () => {
  assert.ok(setups.length >= 3, `${setups.length} under fixtures/wild`);
});

for (const one of setups) {
  test(`${one.name}: says what was accepted`, async () => {
    const accepted = join(one.folder, 'findings.txt');
    assert.ok(existsSync(accepted), `${accepted} is missing; run: npm run accept`);
    assert.fixture(await wildText(one), readFileSync(accepted, 'utf8'), `findings of ${one.folder} changed; look with: npx lvs-gen lint ${one.folder}, and take them with: npm run accept`);
  });

  test(`${one.name}: has directors and real servers, no rule fails itself, every line is understood`, async () => {
    const { verdict, hosts } = await lookAtCase(one);
    assert.equal(verdict.broken, []);
    assert.ok(hosts.some(({ host }) => host.roles.includes('director')), 'a director');
    assert.ok(hosts.some(({ host }) => host.roles.includes('real-server')), 'a real server');
    assert.equal(hosts.flatMap(({ log }) => log.unread), []);
    assert.ok(existsSync(join(one.folder, 'SOURCE.md')), 'where it comes from');
  });
}

test.run();
