import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { topicsOf } from '../commands/topics.ts';
import { ruleIds } from './rule-index.ts';

/** Every page that `lvs-gen explain` prints, by name: the rules' as they stand under rules/, the topics' under docs/. */
export function pages(): Readonly<Record<string, string>> {
  const rules = ruleIds().filter((id) => existsSync(join('rules', `${id}.md`))).map((id) => [id, readFileSync(join('rules', `${id}.md`), 'utf8')] as const);
  const topics = readdirSync('docs').filter((name) => name.endsWith('.md')).flatMap((name) => topicsOf(name.slice(0, -3), readFileSync(join('docs', name), 'utf8')));
  return Object.fromEntries([...rules, ...topics]);
}

/** Writes dist/pages.json. */
export function buildPages(): void {
  writeFileSync('dist/pages.json', JSON.stringify(pages()));
}
