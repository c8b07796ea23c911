import { dirname, join, relative, resolve } from 'node:path';
import ini from 'ini';
import { nameMatcher, singleFile } from '../base/file-set.ts';
import { nearest } from '../base/text.ts';
import type { Levels } from '../lint/engine.ts';
import { severities, type Severity } from '../lint/rule.ts';
import type { Releases } from '../lint/versions.ts';
import validateConfig from './generated/validate-config.cjs';
import { knownRules } from '../../rules/ids.ts';
import { UsageError, type Io } from './command.ts';

/** What `.lvs-genrc` asks for. */
export interface Config {
  readonly failOn?: Severity | 'never';
  readonly formats: readonly string[];
  readonly levels: Levels;
  /** Releases that the hosts run. */
  readonly releases: Releases;
  /** Whether a path, as a report shows it, is ignored. */
  ignored(path: string): boolean;
}

const fileName = '.lvs-genrc';
const maxParents = 64;

/** The nearest `.lvs-genrc` from the first linted path upwards, else the one in the current folder, else nothing. A fault in it is wrong use, told with its line. */
export function readConfig(operands: readonly string[], io: Io): Config {
  const start = operands[0] === undefined || operands[0] === '-' ? io.cwd : resolve(io.cwd, operands[0].replace(/^[A-Za-z0-9][\w.-]*=/, ''));
  for (const path of candidates(start, io.cwd)) {
    const read = singleFile(path).read(path);
    if (read.state === 'unreadable') throw new UsageError(`${path}: ${read.note}`);
    if (read.state === 'text') return parse(path, read.text);
  }
  return { formats: [], levels: new Map(), releases: {}, ignored: () => false };
}

/** Whether an id names a rule, or a family of them. */
export function isRuleOrFamily(id: string): boolean {
  return knownRules.has(id) || [...knownRules].some((rule) => rule.startsWith(`${id}/`));
}

function candidates(start: string, cwd: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = start; folders.length < maxParents; folder = dirname(folder)) {
    folders.push(folder);
    if (dirname(folder) === folder) break;
  }
  return [...new Set([...folders, cwd])].map((folder) => join(folder, fileName));
}

function parse(path: string, text: string): Config {
  // The section [rules] holds ids with a slash, which ini keeps whole; a dotted section would be nested.
  const raw = ini.parse(text) as Record<string, unknown>;
  if (!validateConfig(raw)) {
    const messages = (validateConfig.errors ?? []).map((error) => describe(path, text, raw, error));
    throw new UsageError([...new Set(messages)].join('\nlvs-gen: '));
  }
  const { lint = {}, rules: levels = {}, ignore = {} } = raw as { lint?: { 'fail-on'?: Severity | 'never'; format?: string; keepalived?: string }; rules?: Record<string, Severity | 'off'>; ignore?: Record<string, unknown> };
  for (const id of Object.keys(levels)) if (!id.startsWith('shellcheck') && !isRuleOrFamily(id)) throw new UsageError(unknownRule(path, text, id));
  const globs = Object.entries(ignore).flatMap(([glob, value]) => (value === true ? [glob] : Array.isArray(value) ? value.map(String) : [String(value)]));
  return {
    ...(lint['fail-on'] ? { failOn: lint['fail-on'] } : {}),
    formats: lint.format ? lint.format.split(/[\s,]+/).filter(Boolean) : [],
    levels: new Map(Object.entries(levels)),
    releases: lint.keepalived === undefined ? {} : { keepalived: lint.keepalived },
    ignored: matcher(globs, dirname(path)),
  };
}

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

function describe(path: string, text: string, raw: Record<string, unknown>, error: SchemaError): string {
  const where = error.instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (error.keyword === 'additionalProperties') {
    const found = String(error.params['additionalProperty']);
    const section = where[0];
    const known = section === 'lint' ? ['fail-on', 'format', 'keepalived'] : ['lint', 'rules', 'ignore'];
    const near = nearest(found, known);
    return `${path}:${lineOf(text, found, section)}: ${section ? `[${section}] has no key` : 'there is no section'} '${found}'${near ? `; did you mean '${near}'?` : ''} (${known.join(', ')})`;
  }
  const key = where.at(-1) ?? '';
  const value = where.reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], raw);
  const allowed = where[0] === 'rules' ? ['off', ...severities] : where[0] === 'lint' && key === 'fail-on' ? [...severities, 'never'] : key === 'keepalived' ? ['a release such as 2.2.7'] : undefined;
  return `${path}:${lineOf(text, key, where[0])}: ${key} = ${JSON.stringify(value)}${allowed ? `: expected ${allowed.join(', ')}` : ' is not right here'}`;
}

function unknownRule(path: string, text: string, id: string): string {
  const near = nearest(id, [...knownRules]);
  return `${path}:${lineOf(text, id, 'rules')}: there is no rule '${id}'${near ? `; did you mean '${near}'?` : ''}`;
}

/** `ini` gives no positions: the first line of the section that begins with the key. */
function lineOf(text: string, key: string, section: string | undefined): number {
  const lines = text.split(/\r?\n/);
  let current: string | undefined;
  for (const [index, line] of lines.entries()) {
    const head = /^\s*\[([^\]]*)\]/.exec(line)?.[1];
    if (head !== undefined) {
      current = head;
      if (section === undefined && head === key) return index + 1;
    } else if (current === section && line.trim().replace(/\s*=.*$/, '') === key) {
      return index + 1;
    }
  }
  return 1;
}

/** Globs are relative to the folder of the file; `**` spans folders. */
function matcher(globs: readonly string[], base: string): (path: string) => boolean {
  const tests = globs.map((glob) => glob.split('/').filter((part) => part !== '.'));
  return (path) => {
    const parts = relative(base, resolve(path)).split('/');
    return tests.some((glob) => matches(glob, parts) || (glob.length === 1 && parts.some(nameMatcher(glob[0]!))));
  };
}

function matches(glob: readonly string[], parts: readonly string[]): boolean {
  const [first, ...rest] = glob;
  if (first === undefined) return true;
  if (first === '**') return matches(rest, parts) || (parts.length > 0 && matches(glob, parts.slice(1)));
  return parts.length > 0 && nameMatcher(first)(parts[0]!) && matches(rest, parts.slice(1));
}
