import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rules } from '../rules/index.ts';
import { casesOf, findingsText, lookAtCase, showFinding } from '../src/dev/cases.ts';
import { fixedTexts } from '../src/dev/fixed.ts';
import { ruleIds } from '../src/dev/rule-index.ts';
import type { Rule } from '../src/lint/rule.ts';
import { measuredDigest, proofDigest } from './kernel/digest.ts';
import { answeredDigest, askedDigest, askedOf } from './oracle/digest.ts';

const newRule = 'npm run new-rule -- FAMILY/NAME script|host|cluster';

test('every file under rules/ is one rule, and its id is its path', () => {
  assert.equal(rules.map((rule) => rule.id), ruleIds(), 'rules/index.ts is stale; run: npm run accept');
});

for (const rule of rules) {
  test(`${rule.id}: the name says the state, the page is complete`, () => lawfulPage(rule));
  test(`${rule.id}: bad cases fire at the accepted place and nothing else does`, () => badCases(rule));
  test(`${rule.id}: near misses are silent`, () => goodCases(rule));
  test(`${rule.id}: fixes give the fixed tree, which is silent`, () => fixes(rule));
  test(`${rule.id}: the kernel's word is there and is about these trees`, () => kernelProof(rule));
  if (askedOf(rule.id).length > 0) test(`${rule.id}: the daemon's word is there and is about these trees`, () => daemonWord(rule));
}

function lawfulPage(rule: Rule): void {
  const name = rule.id.split('/')[1]!;
  assert.not.match(name, /^(no|use|missing-the|avoid|prefer|always|never)-|(?<!-mode)-\d+$/, `'${name}' must name the state that is found, never the cure, and carry no running number`);
  assert.match(rule.title, /^[A-Z].*\.$/, `the title of ${rule.id} must be a full sentence with a full stop`);
  for (const part of ['what', 'why', 'repair'] as const) {
    assert.ok(rule.docs[part].trim().length > 20, `${rule.id}: docs.${part} says too little`);
    assert.not.match(rule.docs[part], /TODO/, `${rule.id}: docs.${part} is not written yet`);
  }
  for (const proof of rule.proof) if (proof.kind !== 'kernel-run') assert.ok(proof.cite.length > 3 && proof.quote.length > 10 && !/TODO/.test(proof.cite), `${rule.id}: a proof without a source`);
}

async function badCases(rule: Rule): Promise<void> {
  const bad = casesOf(rule.id).filter(({ name }) => name.startsWith('bad-'));
  assert.ok(bad.length > 0, `${rule.id} has no bad-* tree under fixtures/rules/; see: ${newRule}`);
  for (const one of bad) {
    const { verdict } = await lookAtCase(one);
    assert.equal(verdict.broken, [], `${rule.id}: a rule failed itself in ${one.folder}`);
    assert.ok(verdict.findings.some((finding) => finding.rule === rule.id), `${rule.id} is silent in ${one.folder}; see: npm run try -- ${rule.id} ${one.name}`);
  }
  const accepted = `fixtures/rules/${rule.id}/findings.txt`;
  assert.ok(existsSync(accepted), `${accepted} is missing; run: npm run accept`);
  assert.fixture(await findingsText(rule.id), readFileSync(accepted, 'utf8'), `findings of ${rule.id} changed; look with: npm run try -- ${rule.id}, and take them with: npm run accept`);
}

async function goodCases(rule: Rule): Promise<void> {
  const good = casesOf(rule.id).filter(({ name }) => name.startsWith('good-'));
  assert.ok(good.length > 0, `${rule.id} has no near miss (good-* tree) under fixtures/rules/; see: ${newRule}`);
  for (const one of good) assert.equal((await lookAtCase(one)).verdict.findings.map(showFinding), [], `${one.folder} must be silent under every rule; see: npm run try -- ${rule.id} ${one.name}`);
}

async function fixes(rule: Rule): Promise<void> {
  for (const one of casesOf(rule.id).filter(({ name }) => name.startsWith('bad-'))) {
    const { verdict } = await lookAtCase(one);
    const mendable = verdict.findings.some((finding) => finding.rule === rule.id && finding.fix);
    const fixed = casesOf(rule.id).find(({ name }) => name === one.name.replace(/^bad-/, 'fixed-'));
    if (!mendable) {
      assert.not.ok(fixed, `${fixed?.folder} is there, but ${rule.id} brings no fix in ${one.folder}`);
      continue;
    }
    assert.ok(fixed, `${rule.id} brings a fix in ${one.folder}: it needs the tree ${one.name.replace(/^bad-/, 'fixed-')} (npm run accept writes it)`);
    for (const [path, text] of await fixedTexts(one)) assert.fixture(text, readFileSync(join(fixed!.folder, path), 'utf8'), `${fixed!.folder}/${path} is not what the fix gives; run: npm run accept`);
    const after = await lookAtCase(fixed!);
    assert.equal(after.verdict.findings.map(showFinding), [], `${fixed!.folder} must be silent`);
    assert.equal([...(await fixedTexts(fixed!))], [], `the fix of ${rule.id} is not idempotent in ${fixed!.folder}`);
  }
}

function kernelProof(rule: Rule): void {
  if (!rule.proof.some((proof) => proof.kind === 'kernel-run')) return;
  const folder = `fixtures/rules/${rule.id}`;
  const run = `npm run test:kernel -- --accept ${rule.id}`;
  assert.ok(existsSync(`${folder}/kernel.txt`), `${folder}/kernel.txt is missing; run: ${run}`);
  assert.is(measuredDigest(folder), proofDigest(folder), `the trees of ${rule.id} changed since the kernel saw them; run: ${run}`);
}

function daemonWord(rule: Rule): void {
  const folder = `fixtures/rules/${rule.id}`;
  const run = `npm run test:oracle -- --accept ${rule.id}`;
  assert.ok(existsSync(`${folder}/oracle.txt`), `${folder}/oracle.txt is missing; run: ${run}`);
  assert.is(answeredDigest(rule.id), askedDigest(rule.id), `the trees of ${rule.id} changed since the daemons were asked; run: ${run}`);
}

/** Rooms with the rooms that each may import; a room may always import itself. */
const doors: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/model': ['src/base'],
  'src/parse': ['src/base', 'src/model'],
  'src/assemble': ['src/base', 'src/model', 'src/parse'],
  'src/lint': ['src/base', 'src/model'],
  rules: ['src/base', 'src/model', 'src/lint'],
  'src/report': ['src/base', 'src/model', 'src/lint'],
  'src/spec': ['src/base', 'src/model'],
  'src/plan': ['src/base', 'src/model', 'src/spec'],
  'src/render': ['src/base', 'src/model', 'src/spec', 'src/plan'],
  'src/commands': ['src/base', 'src/model', 'src/parse', 'src/assemble', 'src/lint', 'rules', 'src/report', 'src/spec', 'src/plan', 'src/render'],
  'src/cli.ts': ['src/base', 'src/commands'],
  'src/launch.ts': [],
};

function roomOf(path: string): string {
  const parts = path.split('/');
  return parts[0] === 'rules' ? 'rules' : parts.length === 2 ? path : parts.slice(0, 2).join('/');
}

function sourcesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sourcesBelow(path) : /\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name) ? [path] : [];
  });
}

test('imports obey the doors', () => {
  const wrong: string[] = [];
  for (const file of [...sourcesBelow('src'), ...sourcesBelow('rules')]) {
    const room = roomOf(file);
    const allowed = doors[room];
    if (room === 'src/dev') continue;
    assert.ok(allowed, `${file} lies in no room; DESIGN tells the rooms`);
    for (const match of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)) {
      const target = roomOf(normalize(join(dirname(file), match[1]!)));
      if (target !== room && !allowed!.includes(target)) wrong.push(`${file} imports ${target}`);
    }
  }
  assert.equal(wrong, [], 'a one-way door is broken');
});

test('only cli.ts prints or exits', () => {
  const wrong = [...sourcesBelow('src'), ...sourcesBelow('rules')].filter((file) => file !== 'src/cli.ts' && !file.startsWith('src/dev/') && /\bconsole\.|process\.(exit|stdout|stderr)\b/.test(readFileSync(file, 'utf8')));
  assert.equal(wrong, []);
});

test('derived files are current', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'src/dev/accept.ts', '--check'], { encoding: 'utf8' });
  assert.is(status, 0, stderr);
});

test('every test file runs its tests', () => {
  const silent = readdirSync('test').filter((name) => name.endsWith('.test.ts') && !/\.run\(\);?\s*$/m.test(readFileSync(join('test', name), 'utf8')));
  assert.equal(silent, [], 'a test file without test.run() passes without having run');
});

test.run();
