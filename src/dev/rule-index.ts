import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../base/origin.ts';
import { families } from '../lint/rule.ts';

/** Ids of the rules under rules/, in order: the path is the id. */
export function ruleIds(): readonly string[] {
  return families
    .flatMap((family) => (existsSync(join('rules', family)) ? readdirSync(join('rules', family)).filter((name) => name.endsWith('.ts')).map((name) => `${family}/${name.slice(0, -3)}`) : []))
    .sort(compareText);
}

/** Text of rules/ids.ts, which spares a command that only asks for a name the loading of all rules. */
export function idsText(rules: readonly { readonly id: string; readonly formerly?: readonly string[] }[]): string {
  const ids = rules.flatMap(({ id, formerly = [] }) => [id, ...formerly]);
  return `// Written by npm run accept: the id of every rule, and ids that rules had formerly.\n\nexport const knownRules: ReadonlySet<string> = new Set([\n${ids.map((id) => `  '${id}',\n`).join('')}]);\n`;
}

/** Text of rules/index.ts. */
export function indexText(): string {
  const ids = ruleIds();
  const variable = (id: string): string => id.replace(/[-/](\w)/g, (_, char: string) => char.toUpperCase());
  return `// Written by npm run accept: every rule under rules/.\nimport type { Rule } from '../src/lint/rule.ts';\n${ids.map((id) => `import ${variable(id)} from './${id}.ts';\n`).join('')}\n/** Every rule, by id. */\nexport const rules: readonly Rule[] = [\n${ids.map((id) => `  ${variable(id)},\n`).join('')}];\n`;
}
