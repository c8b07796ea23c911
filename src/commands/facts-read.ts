import type { Assembled } from '../assemble/host.ts';
import type { FileSet } from '../base/file-set.ts';
import { parseIp } from '../base/ip.ts';
import { sourceText, type SourceText } from '../base/text.ts';
import type { readScript } from '../parse/shell/read.ts';
import type { FactsFile, HostFacts } from './facts-file.ts';
import validate from './generated/validate-facts.cjs';

/** Why a file of facts was refused, in words. */
export class FactsRefused extends Error {
  override readonly name = 'FactsRefused';
}

/** A host of a file of facts, before it has its name among the inputs. */
export interface CarriedHost {
  readonly name: string;
  /** What its scripts may ask, with the paths of the host; texts of configuration files are not among it. */
  readonly files: FileSet;
  /** What is carried of the text of a file that was read: all of a script, some lines of another; undefined: it was not read. */
  textOf(file: string): string | undefined;
  /** The host as the facts say, under the name that the inputs give it. */
  assemble(name: string, readShell: typeof readScript): Assembled;
}

/** Whether JSON text is meant as facts, not as a spec: it has hosts. */
export function looksLikeFacts(data: unknown): data is { readonly version?: unknown; readonly hosts: readonly unknown[] } {
  return typeof data === 'object' && data !== null && 'hosts' in data && Array.isArray(data.hosts) && !('directors' in data);
}

/** The hosts of a file of facts. Untrusted: everything is checked before anything is used. Throws FactsRefused. */
export function readFacts(data: { readonly version?: unknown; readonly hosts: readonly unknown[] }): readonly CarriedHost[] {
  if (data.version !== 1) throw new FactsRefused(`are facts of version ${JSON.stringify(data.version) ?? 'unknown'}, and this lvs-gen reads version 1: print them again with the lvs-gen that lints them`);
  if (!validate(data)) {
    const worst = [...(validate.errors ?? [])].sort((a, b) => b.instancePath.length - a.instancePath.length)[0];
    throw new FactsRefused(`are no facts: ${worst ? `${worst.instancePath || '/'} ${worst.message ?? worst.keyword}` : 'they do not fit the schema'}`);
  }
  const { hosts } = data as unknown as FactsFile;
  const lines = hosts.flatMap((host) => Object.values(host.lines)).reduce((sum, texts) => sum + Math.max(0, ...Object.keys(texts).slice(-1).map(Number)), 0);
  if (!(lines <= maxLines)) throw new FactsRefused(`are no facts: they speak of files of ${lines} lines`);
  return hosts.map(carriedHost);
}

function carriedHost(facts: HostFacts): CarriedHost {
  // Of a file that lies in no root, its path is the name.
  if (!/^\P{Cc}+$/u.test(facts.name)) throw new FactsRefused(`are no facts: a host is named ${JSON.stringify(facts.name)}`);
  checked(facts, 0);
  const files: FileSet = {
    root: facts.root,
    whole: facts.whole,
    ...(facts.only !== undefined && { only: facts.only }),
    read: (path) => (Object.hasOwn(facts.asked.reads, path) ? facts.asked.reads[path]! : { state: 'absent', path }),
    list: (folder) => (Object.hasOwn(facts.asked.lists, folder) ? facts.asked.lists[folder]! : []),
  };
  const textOf = (file: string): string | undefined => facts.scripts.find((script) => script.file === file)?.text ?? (facts.log.files.includes(file) ? fromLines('', file, facts.lines[file] ?? {}).text : undefined);
  return { name: facts.name, files, textOf, assemble: (name, readShell) => assembled(facts, files, name, readShell) };
}

function assembled(facts: HostFacts, files: FileSet, name: string, readShell: typeof readScript): Assembled {
  const { whole: _whole, only: _only, scripts, asked: _asked, lines, ...given } = facts;
  const { log, ...rest } = rebound(given, name, new Map()) as Omit<HostFacts, 'scripts'>;
  const carried = rest as unknown as Jsonned;
  const parsed = scripts.map(({ file, mode, text }) => readShell(sourceText(name, file, text), { files, ...(mode !== undefined && { mode }) }));
  const texts = new Map(parsed.map(({ source }) => [source.file, source]));
  return {
    host: {
      ...rest,
      name,
      devices: new Map(Object.entries(carried.devices)),
      sysctls: new Map(Object.entries(carried.sysctls)),
      seen: new Set(carried.seen),
      scripts: parsed,
      ...(carried.boot && { boot: { ...carried.boot, ...(carried.boot.started && { started: new Set(carried.boot.started) }), kernels: carried.boot.kernels.map((kernel) => ({ ...kernel, options: new Map(Object.entries(kernel.options)) })) } }),
    } as Assembled['host'],
    log: { ...log, files: log.files.map((file) => texts.get(file) ?? fromLines(name, file, lines[file] ?? {})) },
  };
}

/** What JSON makes of maps and sets. */
interface Jsonned {
  readonly devices: Readonly<Record<string, unknown>>;
  readonly sysctls: Readonly<Record<string, unknown>>;
  readonly seen: readonly string[];
  readonly boot?: { readonly started?: readonly string[]; readonly kernels: readonly { readonly options: Readonly<Record<string, unknown>> }[] };
}

/** Lines of a file at their places: the others are empty. */
function fromLines(host: string, file: string, lines: Readonly<Record<string, string>>): SourceText {
  const texts: string[] = [];
  for (const [number, text] of Object.entries(lines)) texts[Number(number) - 1] = text.replaceAll('\n', ' ');
  return sourceText(host, file, Array.from(texts, (text) => text ?? '').join('\n'));
}

const maxDepth = 40;
/** A file of facts names no line beyond this. */
const maxLine = 4 * 1024 * 1024;
/** All files of all its hosts have no more lines: a few words must not stand for gigabytes. */
const maxLines = 20_000_000;

/** Addresses are addresses, and places are places: what a schema cannot say. */
function checked(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > maxDepth) throw new FactsRefused('are no facts: they are nested too deeply');
  const { family, text, line, endLine, column, endColumn, lines } = value as Readonly<Record<string, unknown>>;
  if ((family === 4 || family === 6) && typeof text === 'string' && parseIp(text)?.text !== text) throw new FactsRefused(`are no facts: ${JSON.stringify(text.slice(0, 60))} is no IP address in canonical form`);
  for (const number of [line, endLine, column, endColumn]) if (typeof number === 'number' && !(Number.isSafeInteger(number) && number >= 1 && number <= maxLine)) throw new FactsRefused(`are no facts: ${number} is no line or column`);
  if (depth === 0) for (const one of Object.values(lines as HostFacts['lines'])) for (const number of Object.keys(one)) if (!/^[1-9]\d{0,6}$/.test(number) || Number(number) > maxLine) throw new FactsRefused(`are no facts: ${JSON.stringify(number)} is no line`);
  for (const one of Object.values(value)) checked(one, depth + 1);
}

/** The same facts under another name of their host. Equal places become one object, as they are where files are read: rules tell places apart by it. */
function rebound(value: unknown, name: string, places: Map<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => rebound(one, name, places));
  if (typeof value !== 'object' || value === null) return value;
  const { file, line, column, endLine, endColumn, default: named } = value as Readonly<Record<string, unknown>>;
  if (line !== undefined && endLine !== undefined) {
    const key = JSON.stringify([file, line, column, endLine, endColumn]);
    const known = places.get(key) ?? { ...value, host: name };
    places.set(key, known);
    return known;
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'host' && named !== undefined ? name : rebound(one, name, places)]));
}
