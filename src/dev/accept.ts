import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { indexText } from './rule-index.ts';

/**
 * `npm run accept [-- --check]`: writes all that is derived: rules/index.ts, each rule's findings.txt and page, rules/README.md, the help in README.md.
 * With --check nothing is written, and the exit is 1 when something is stale.
 */
const checkOnly = process.argv.includes('--check');
const stale: string[] = [];

await put('rules/index.ts', indexText());
// The index decides which rules there are, so what follows is loaded only now.
const { derivedFiles } = (await import(pathToFileURL('src/dev/derived.ts').href)) as typeof import('./derived.ts');
for (const [path, text] of await derivedFiles()) await put(path, text);

if (checkOnly && stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run: npm run accept`);
  process.exit(1);
}
if (!checkOnly) console.log(stale.length === 0 ? 'nothing to write' : `wrote ${stale.join(', ')}`);

async function put(path: string, text: string): Promise<void> {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  stale.push(path);
  if (checkOnly) return;
  mkdirSync(dirname(join('.', path)), { recursive: true });
  writeFileSync(path, text);
}
