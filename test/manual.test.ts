import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { commands } from '../src/commands/table.ts';

const program = resolve('dist/lvs-gen.cjs');
const has = (name: string): boolean => !spawnSync(name, ['--version']).error;

function completion(shell: string): string {
  const { stdout, status } = spawnSync(process.execPath, [program, 'completion', shell], { encoding: 'utf8' });
  assert.is(status, 0);
  return stdout;
}

/** What bash offers for a line. */
function offered(line: string): readonly string[] {
  const words = line.split(' ');
  const script = `${completion('bash')}\nlvs-gen() { "${process.execPath}" "${program}" "$@"; }\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}\n_lvs_gen\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`;
  const { stdout, stderr, status } = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8' });
  assert.is(`${status} ${stderr}`, '0 ');
  return stdout.split('\n').filter(Boolean);
}

test('bash completes commands, options, values and rules', () => {
  for (const { name } of commands) assert.ok(offered(`lvs-gen ${name.slice(0, 2)}`).includes(name), name);
  assert.equal(offered('lvs-gen lint --fix-d'), ['--fix-dry-run']);
  assert.equal(offered('lvs-gen lint --fail-on w'), ['warning']);
  assert.equal(offered('lvs-gen explain arp/ignore-m'), ['arp/ignore-missing']);
  assert.equal(offered('lvs-gen completion f'), ['fish']);
  assert.ok(offered('lvs-gen render packag').includes('package.json'));
});

for (const shell of ['zsh', 'fish']) {
  test(`${shell} reads its completion without a word`, () => {
    const text = completion(shell);
    for (const { name, options } of commands) for (const option of [name, ...options.map((one) => one.name)]) assert.ok(text.includes(option), option);
    if (!has(shell)) return;
    const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-completion-'));
    try {
      writeFileSync(join(folder, 'completion'), text);
      const { stdout, stderr, status } = shell === 'zsh' ? spawnSync('zsh', ['-fc', `autoload -U compinit; compinit -u -d ${folder}/dump; . ${folder}/completion`], { encoding: 'utf8' }) : spawnSync('fish', ['--no-config', '-c', `source ${folder}/completion; complete -C 'lvs-gen lint --fail-on '`], { encoding: 'utf8' });
      assert.is(`${status} ${stderr}`, '0 ');
      if (shell === 'fish') assert.match(stdout, /^warning\b/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('an unknown shell is wrong use', () => assert.is(spawnSync(process.execPath, [program, 'completion', 'tcsh']).status, 2));

for (const page of ['man/lvs-gen.1', 'man/lvs-gen-spec.5']) {
  test(`${page} is read by groff without a warning`, () => {
    if (!has('groff')) return;
    const { stdout, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', page], { encoding: 'utf8' });
    assert.is(`${status} ${stderr}`, '0 ');
    assert.ok(stdout.length > 2000);
  });
}

test.run();
