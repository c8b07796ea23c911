import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { helpOf, helpOfAll } from '../commands/help.ts';
import { commands } from '../commands/table.ts';
import { rulePage, type DaemonWord } from '../lint/page.ts';
import { families } from '../lint/rule.ts';
import { pretty } from '../report/pretty.ts';
import { rules } from '../../rules/index.ts';
import { casesOf, findingsText, lookAtCase, wildSetups, wildText } from './cases.ts';
import { factsSchema } from './facts-schema.ts';
import { fixedTexts } from './fixed.ts';
import { galleryPage } from './gallery.ts';
import { manPages } from './man.ts';
import { reportOf } from './report-of.ts';
import { idsText } from './rule-index.ts';

/** Every derived file with the text that it must have (rules/index.ts aside, which decides the others). */
export async function derivedFiles(): Promise<readonly (readonly [path: string, text: string])[]> {
  const files: [string, string][] = [];
  for (const rule of rules) {
    files.push([`fixtures/rules/${rule.id}/findings.txt`, await findingsText(rule.id)]);
    for (const one of casesOf(rule.id).filter(({ name }) => name.startsWith('bad-'))) {
      if (!(await lookAtCase(one)).verdict.findings.some((finding) => finding.rule === rule.id && finding.fix)) continue;
      const changed = await fixedTexts(one);
      for (const path of filesBelow(one.folder)) files.push([join(one.folder.replace(/bad-([^/]*)$/, 'fixed-$1'), path), changed.get(path) ?? readFileSync(join(one.folder, path), 'utf8')]);
    }
    files.push([`rules/${rule.id}.md`, rulePage(rule, { example: await example(rule.id), fix: await fixOf(rule.id), ...measuredOf(rule.id), daemons: daemonsOf(rule.id) })]);
  }
  for (const one of wildSetups()) files.push([join(one.folder, 'findings.txt'), await wildText(one)]);
  files.push(['rules/ids.ts', idsText(rules)], ['src/commands/facts.schema.json', factsSchema()]);
  files.push(['rules/README.md', ruleTable()], ...manPages().map(([path, text]): [string, string] => [path, text]));
  files.push(['README.md', withHelp(readFileSync('README.md', 'utf8'))], ['docs/commands.md', commandsPage()], ['docs/gallery.md', await galleryPage((id) => example(id), measuredOf)]);
  return files;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}

/** What the rule's fix changes in its first bad case. */
async function fixOf(id: string): Promise<string> {
  const first = casesOf(id).find(({ name }) => name.startsWith('bad-'));
  if (!first || !(await lookAtCase(first)).verdict.findings.some((finding) => finding.rule === id && finding.fix)) return '';
  const changed = await fixedTexts(first);
  return [...changed].map(([path, text]) => createTwoFilesPatch(path, path, readFileSync(join(first.folder, path), 'utf8'), text, undefined, undefined, { context: 1, headerOptions: FILE_HEADERS_ONLY })).join('');
}

const maxMeasured = 12;

/** What kernel.txt says of each case: its lines that are no commands. */
function measuredOf(id: string): { readonly measured?: { readonly kernel: string; readonly rows: readonly { readonly name: string; readonly found: string }[] } } {
  const path = join('fixtures/rules', id, 'kernel.txt');
  if (!existsSync(path)) return {};
  const text = readFileSync(path, 'utf8');
  const kernel = /^kernel: (.*)$/m.exec(text)?.[1] ?? 'a real kernel';
  const rows = text.split(/\n(?=(?:bad|good|fixed)-)/).slice(1).map((section) => {
    const [name = '', ...lines] = section.trimEnd().split('\n');
    return { name, found: lines.map((line) => line.trim()).filter((line) => line !== '' && !/ -> \d+$/.test(line)).join('; ') };
  });
  return { measured: { kernel, rows: rows.filter(({ found }) => found !== '').slice(0, maxMeasured) } };
}

/** What oracle.txt of a rule says, by daemon. Cases that a fix gave are left out. */
function daemonsOf(id: string): readonly DaemonWord[] {
  const path = join('fixtures/rules', id, 'oracle.txt');
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const words = new Map<string, { readonly daemon: string; readonly command: string; readonly rows: { readonly name: string; readonly exit: number; readonly said: string[] }[] }>();
  for (const version of text.matchAll(/^(keepalived|ldirectord) \S+$/gm)) words.set(version[1]!, { daemon: version[0], command: version[1] === 'keepalived' ? 'keepalived -t' : 'ldirectord FILE status', rows: [] });
  for (const section of text.split(/\n\n/).slice(1)) {
    const [name = '', ...lines] = section.trimEnd().split('\n');
    if (name.startsWith('fixed-')) continue;
    const hosts = lines.filter((line) => /^ {2}\S/.test(line)).length;
    let said: string[] | undefined;
    for (const line of lines) {
      const asked = /^ {2}(\S+): (keepalived|ldirectord) .*: exit (\d+)$/.exec(line);
      if (asked) {
        said = [];
        words.get(asked[2]!)?.rows.push({ name: hosts > 1 ? `${name} ${asked[1]}` : name, exit: Number(asked[3]), said });
      } else said?.push(line.trim());
    }
  }
  return [...words.values()].filter(({ rows }) => rows.length > 0);
}

/** The rule's own findings in its first bad case. */
async function example(id: string): Promise<string> {
  const first = casesOf(id).find(({ name }) => name.startsWith('bad-'));
  if (!first) return '';
  const look = await lookAtCase(first);
  const report = reportOf(look, '', false);
  return pretty({ ...report, quiet: true, findings: report.findings.filter((finding) => finding.rule === id) });
}

function ruleTable(): string {
  const sections = families.flatMap((family) => {
    const own = rules.filter((rule) => rule.id.startsWith(`${family}/`));
    return own.length === 0 ? [] : [`## ${family}\n\n| rule | severity | what it reports |\n|---|---|---|\n${own.map((rule) => `| [\`${rule.id}\`](${rule.id}.md) | ${rule.severity} | ${rule.title} |\n`).join('')}`];
  });
  return `# The rules\n\nWritten by \`npm run accept\` from the rules themselves. \`lvs-gen explain ID\` prints a page in the terminal.\n\n${sections.join('\n')}`;
}

const begin = '<!-- help: written by npm run accept -->';
const end = '<!-- end of help -->';

function withHelp(readme: string): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) return readme;
  return `${readme.slice(0, from + begin.length)}\n\n\`\`\`\n${helpOfAll(commands).trimEnd()}\n\`\`\`\n\n${readme.slice(to)}`;
}

function commandsPage(): string {
  return `# Commands\n\nWritten by \`npm run accept\` from the table that parses the options.\n\n${commands.map((row) => `## ${row.name}\n\n\`\`\`\n${helpOf(row).trimEnd()}\n\`\`\`\n`).join('\n')}`;
}
