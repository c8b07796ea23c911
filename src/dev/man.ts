import { readFileSync } from 'node:fs';
import type { CommandRow, OptionRow } from '../commands/command.ts';
import { commands } from '../commands/table.ts';
import schema from '../spec/v1.schema.json' with { type: 'json' };

interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly anyOf?: readonly Node[];
  readonly additionalProperties?: Node | boolean;
}
const root = schema as unknown as Node & { readonly definitions: Readonly<Record<string, Node>> };

/** The manual pages, by path: lvs-gen(1) from the table of commands, lvs-gen-spec(5) from the schema. */
export function manPages(): readonly (readonly [path: string, text: string])[] {
  return [
    ['man/lvs-gen.1', commandPage()],
    ['man/lvs-gen-spec.5', specPage()],
  ];
}

/** Text as roff reads it: backslashes, hyphens and a control character at the start of a line. */
function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^([.'])/gm, '\\&$1').replace(/[^\x00-\x7f]/g, (character) => `\\[u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

const bold = (text: string): string => `\\fB${roff(text)}\\fR`;
const italic = (text: string): string => `\\fI${roff(text)}\\fR`;

function page(name: string, section: number, summary: string, body: readonly string[]): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  return `.\\" Written by npm run accept.\n.TH ${name.toUpperCase().replaceAll('-', '\\-')} ${section} "" "lvs\\-gen ${version}" "Linux Virtual Server"\n.SH NAME\n${roff(name)} \\- ${roff(summary)}\n${body.join('\n')}\n`;
}

function commandPage(): string {
  return page('lvs-gen', 1, 'render and lint the hosts of a Linux Virtual Server cluster', [
    '.SH SYNOPSIS',
    ...commands.flatMap((row) => [`.B lvs\\-gen ${roff(row.name)}`, `${row.options.length > 0 ? '[options] ' : ''}${italic(row.operands)}`, '.br']).slice(0, -1),
    '.SH DESCRIPTION',
    'lvs\\-gen reads the files of directors and real servers into one model of the cluster, as the kernel would see it after boot, and says what will not work, where, and why.',
    'From one JSON spec it also writes what each host needs.',
    '.SH COMMANDS',
    ...commands.flatMap(commandSection),
    '.SH EXIT STATUS',
    ...tagged([['0', 'clean'], ['1', 'findings at or above --fail-on, or --check differs'], ['2', 'wrong use, or a bad spec'], ['3', 'an input could not be read: the answer is not whole'], ['130', 'ended by Ctrl-C']]),
    '.SH FILES',
    ...tagged([['.lvs-genrc', 'settings of lint, looked for from the linted path upwards and in the current folder: [lint] fail-on, format, keepalived (the release that the hosts run; else the newest); [rules] ID = severity; [ignore] globs'], ['lvs-gen.json', 'the spec that render takes when none is named'], ['$XDG_CACHE_HOME/lvs-gen', "verdicts on files that have not changed, and ShellCheck's; may be deleted at any time"]]),
    '.SH ENVIRONMENT',
    ...tagged([['NO_COLOR', 'when set, nothing is coloured unless --color=always']]),
    '.SH SEE ALSO',
    '.BR lvs\\-gen\\-spec (5),\n.BR ipvsadm (8),\n.BR keepalived.conf (5),\n.BR ldirectord (8)',
  ]);
}

function commandSection(row: CommandRow): readonly string[] {
  const options: readonly OptionRow[] = row.options;
  return [
    `.SS ${roff(`lvs-gen ${row.name} ${row.operands}`.trim())}`,
    roff(`${row.summary.charAt(0).toUpperCase()}${row.summary.slice(1)}.`),
    ...(row.details ? [roff(row.details)] : []),
    ...options.flatMap((option) => ['.TP', `${option.short ? `${bold(`-${option.short}`)}, ` : ''}${bold(`--${option.name}`)}${option.value ? ` ${italic(option.value)}` : ''}`, roff(`${option.help}${option.choices ? ` (${option.choices.join(', ')})` : ''}`)]),
  ];
}

function tagged(rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.flatMap(([tag, text]) => ['.TP', bold(tag), roff(text)]);
}

function specPage(): string {
  return page('lvs-gen-spec', 5, 'the JSON file that describes a Linux Virtual Server cluster', [
    '.SH DESCRIPTION',
    roff(root.description ?? 'One file describes directors, real servers and services.'),
    'lvs\\-gen schema prints the JSON Schema for editors. Unknown and duplicate keys are errors.',
    '.SH FIELDS',
    ...fields(root, ''),
    '.SH EXAMPLE',
    '.nf',
    roff(readFileSync('fixtures/specs/dr/spec.json', 'utf8').trimEnd()),
    '.fi',
    '.SH SEE ALSO',
    '.BR lvs\\-gen (1),\n.BR ipvsadm (8)',
  ]);
}

function resolved(node: Node): Node {
  return node.$ref === undefined ? node : { ...root.definitions[node.$ref.replace('#/definitions/', '')], ...node };
}

/** Every field below a node, with its path, what it takes and what it means. */
function fields(given: Node, path: string): readonly string[] {
  const node = resolved(given);
  const own = Object.entries(node.properties ?? {}).flatMap(([key, value]) => field(value, path === '' ? key : `${path}.${key}`, node.required?.includes(key) ?? false));
  const named = typeof node.additionalProperties === 'object' && resolved(node.additionalProperties).properties ? fields(node.additionalProperties, `${path}.NAME`) : [];
  const items = node.items && resolved(node.items) ? fields(node.items, `${path}[]`) : [];
  const ways = [...(node.oneOf ?? []), ...(node.anyOf ?? [])].flatMap((way) => (resolved(way).properties ? fields(way, path) : []));
  return [...own, ...named, ...items, ...ways];
}

function field(given: Node, path: string, required: boolean): readonly string[] {
  const node = resolved(given);
  if (node.description === undefined && node.properties === undefined) return fields(node, path);
  const takes = node.const !== undefined ? JSON.stringify(node.const) : node.enum ? node.enum.join(' | ') : node.minimum !== undefined || node.maximum !== undefined ? `${node.minimum ?? ''}-${node.maximum ?? ''}` : typeof node.type === 'string' ? node.type : (node.type ?? []).join(' or ');
  return ['.TP', `${bold(path)}${takes ? ` ${italic(takes)}` : ''}${required ? ' (required)' : ''}`, roff(node.description ?? ''), ...fields(node, path)];
}
