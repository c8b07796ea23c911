import { findFiles, type FileRead, type FileSet } from '../base/file-set.ts';
import { sourceText, type SourceText } from '../base/text.ts';
import { filterOf } from '../model/filter.ts';
import type { Host } from '../model/host.ts';
import { markedAddresses, markRules, marksInTime } from '../model/marks.ts';
import type { Script } from '../model/script.ts';
import { effectsIn, startSteps } from '../model/timeline.ts';
import type { Assignment } from '../model/sysctl.ts';
import type { HostDraft, ReadLog } from '../parse/draft.ts';
import { applyScript } from '../parse/shell/apply.ts';
import { readScript } from '../parse/shell/read.ts';
import type { Statement } from '../parse/statement.ts';
import { assignmentsIn, sysctlOrder } from '../parse/sysctl/apply.ts';
import { readSysctl } from '../parse/sysctl/read.ts';
import { leaveOutSaved } from './saved-filters.ts';
import { noteBootLinks } from './boot-links.ts';
import { cachedFiles } from './cached.ts';
import { kinds, type AnyKind, type Loaded } from './kinds.ts';
import { rolesOf } from './roles.ts';
import { concernsLvs, findScripts, inBootOrder, mentionsFilter, mentionsLvs, otherFilter, scriptGlobs } from './scripts.ts';
import { withoutSecret } from './secrets.ts';
import { seenOf } from './seen.ts';

/** A host as its files make it, and what was read on the way. */
export interface Assembled {
  readonly host: Host;
  readonly log: ReadLog;
}

type Unreadable = ReadLog['unreadable'][number];

/**
 * What a host is after boot. Of a whole host only the places of the kinds are opened, and applied as boot does: sysctl files, the network, init scripts in the order of their links,
 * rc.local. A file that was named alone is taken for what it looks like, and says only what it says. Never throws. `readShell` may know scripts of other hosts (twins.ts).
 */
export function assembleHost(name: string, given: FileSet, readShell: typeof readScript = readScript): Assembled {
  const files = cachedFiles(given);
  const draft: HostDraft = { name, files, devices: new Map(), addresses: [], routes: [], sysctls: new Map(), services: [], syncDaemons: [], modules: [], scripts: [], seen: new Set() };
  const log: ReadLog = { files: [], unread: [], unreadable: [], counts: { unread: 0, ignored: 0, wrong: 0, partly: 0, modelled: 0 } };
  const failed = new Set<AnyKind | 'scripts'>();
  if (files.only === undefined) {
    assembleWhole(draft, log, failed, readShell);
    noteUnlistable(files, log, failed);
  } else assembleOnly(files.only, draft, log, failed, readShell);
  nameMarked(draft);
  for (const kind of seenOf(draft, failed)) draft.seen.add(kind);
  const host: Host = { name, root: files.root, roles: rolesOf(draft), ...factsOf(draft) };
  return { host, log };
}

function factsOf({ devices, addresses, routes, sysctls, services, syncDaemons, modules, scripts, vrrp, keepalived, piranha, heartbeat, ldirectord, faults, boot, filterLines, nftChains, filtersArp, filterUnread, listeners, seen }: HostDraft): Omit<Host, 'name' | 'root' | 'roles'> {
  return { devices, addresses, routes, sysctls, services, syncDaemons, modules, scripts, ...(vrrp ? { vrrp } : {}), ...(keepalived ? { keepalived } : {}), ...(piranha ? { piranha } : {}), ...(heartbeat ? { heartbeat } : {}), ...(ldirectord ? { ldirectord } : {}), ...(faults ? { faults } : {}), ...(boot ? { boot } : {}), ...(listeners ? { listeners } : {}), ...(filterLines ? { filterLines } : {}), ...(filtersArp ? { filtersArp } : {}), ...(nftChains ? { nftChains } : {}), ...(filterUnread ? { filterUnread } : {}), seen };
}

/** The VIPs of a service of a mark are those whose packets get it. */
function nameMarked(draft: HostDraft): void {
  if (!draft.services.some(({ key, vips }) => key.by === 'fwmark' && vips.length === 0)) return;
  const rules = markRules(filterOf({ ...draft, root: draft.files.root, roles: [] })).filter(marksInTime);
  draft.services.forEach((service, at) => {
    const { key, vips } = service;
    if (key.by !== 'fwmark' || vips.length > 0) return;
    const marked = rules.filter(({ mark, chain }) => mark === key.mark && chain.family === key.family).flatMap(markedAddresses);
    draft.services[at] = { ...service, vips: marked.filter((vip, index) => marked.findIndex((other) => other.text === vip.text) === index) };
  });
}

function assembleWhole(draft: HostDraft, log: ReadLog, failed: Set<AnyKind | 'scripts'>, readShell: typeof readScript): void {
  for (const kind of kinds) {
    const loaded: Loaded[] = [];
    for (const path of [...findFiles(draft.files, kind.globs), ...kind.referred(draft.files)]) {
      const read = draft.files.read(path);
      const source = takeText(read, draft, log, () => {
        failed.add(kind);
        if (kind.name === 'iptables' || kind.name === 'nftables' || kind.name === 'firewalld') draft.filterUnread = true;
      });
      if (source && kind.accepts(source)) loaded.push({ source, ...modeOf(read) });
    }
    loadKind(kind, loaded, draft, log, logOnce(draft.files));
  }
  noteBootLinks(draft);
  leaveOutSaved(draft);
  const { scripts, unreadable, filtering } = findScripts(draft.files);
  for (const read of unreadable) takeText(read, draft, log, () => failed.add('scripts'));
  const parsed = scripts.map(({ read, when }) => {
    const source = sourceText(draft.name, read.path, read.text);
    return { source, when, script: readShell(source, { files: draft.files, ...modeOf(read) }) };
  });
  if (filtering || otherFilter(draft.files) || parsed.some(({ script, source }) => !concernsLvs(script) && mentionsFilter(source.text))) draft.filterUnread = true;
  for (const { script, source } of inBootOrder(parsed.filter((each) => concernsLvs(each.script)), draft.files)) {
    log.files.push(source);
    runScript(script, draft);
  }
}

/** A folder of a kind that may not be listed: what is in it is unknown. */
function noteUnlistable(files: FileSet, log: ReadLog, failed: Set<AnyKind | 'scripts'>): void {
  for (const folder of files.unlistable?.() ?? []) {
    const within = (globs: readonly string[]): boolean => globs.some((glob) => glob.startsWith(`${folder}/`));
    const touched = kinds.filter(({ globs }) => within(globs));
    const scripts = within(scriptGlobs);
    if (touched.length === 0 && !scripts) continue;
    for (const kind of touched) failed.add(kind);
    if (scripts) failed.add('scripts');
    log.unreadable.push({ state: 'unreadable', path: folder, why: 'denied', note: 'may not be listed: what is in it is unknown' });
  }
}

/** A link and its file are logged once, though both may count. */
function logOnce(files: FileSet): (source: SourceText) => boolean {
  const known = new Set<string>();
  return ({ file }) => {
    const read = files.read(file);
    const real = read.state === 'text' ? read.real : file;
    if (known.has(real)) return false;
    known.add(real);
    return true;
  };
}

function assembleOnly(path: string, draft: HostDraft, log: ReadLog, failed: Set<AnyKind | 'scripts'>, readShell: typeof readScript): void {
  const read = draft.files.read(path);
  const source = takeText(read, draft, log, () => failed.add('scripts'));
  if (!source) return;
  const kind = looksLikeScript(source) ? undefined : kinds.find((candidate) => candidate.recognises(path, source.text));
  if (kind) {
    loadKind(kind, [{ source, ...modeOf(read) }], draft, log, () => true);
    return;
  }
  log.files.push(source);
  if (looksLikeScript(source) || mentionsLvs(source.text)) runScript(readShell(source, { files: draft.files, ...modeOf(read) }), draft);
}

function looksLikeScript({ text, file }: SourceText): boolean {
  return /^(?:[ \t]*#[^\n]*\n){0,3}?#!.*\b(?:sh|bash|dash|ash|ksh|openrc-run|runscript)\b/.test(text.slice(0, 2000)) || /\.sh$|(?:^|\/)(?:init\.d|rc\.d)\//.test(file) || /(?:^|\/)rc\.local$/.test(file);
}

function modeOf(read: FileRead): { readonly mode?: number } {
  return read.state === 'text' && read.mode !== undefined ? { mode: read.mode } : {};
}

/** The text of what was read; a note in the log where there is none. Folders among files are no news. */
function takeText(read: FileRead, draft: HostDraft, log: ReadLog, denied: () => void): SourceText | undefined {
  if (read.state === 'text') return sourceText(draft.name, read.path, read.text);
  if (read.state === 'absent' || (isFolder(read, draft.files) && read.path !== draft.files.only)) return undefined;
  log.unreadable.push(read);
  denied();
  return undefined;
}

function isFolder(read: Unreadable, files: FileSet): boolean {
  return read.why === 'not-a-file' && (/\bfolder\b/.test(read.note) || files.list(read.path).length > 0);
}

function loadKind(kind: AnyKind, loaded: readonly Loaded[], draft: HostDraft, log: ReadLog, isNew: (source: SourceText) => boolean): void {
  if (loaded.length === 0) return;
  const { statements, commands } = kind.load(loaded, draft);
  loaded.forEach(({ source }, index) => {
    if (!isNew(source)) return;
    log.files.push(source);
    for (const statement of statements[index]!) count(statement, source, log);
  });
  // Commands within a configuration file are no script that anybody calls: their facts count, they themselves are not judged as one.
  const known = draft.scripts.length;
  for (const source of commands) runScript(readScript(source, { files: draft.files }), draft);
  for (const { effect, step } of draft.scripts.slice(known).flatMap((script) => effectsIn(startSteps(script), 'firewall'))) (draft.filterLines ??= []).push({ effect, at: step.at });
  draft.scripts.length = known;
}

function count(statement: Statement, source: SourceText, log: ReadLog): void {
  log.counts[statement.state]++;
  if (statement.state !== 'unread') return;
  const start = source.lineStarts[statement.at.line - 1] ?? 0;
  const line = source.text.slice(start, source.lineStarts[statement.at.line] ?? source.text.length).trim();
  log.unread.push({ at: statement.at, text: withoutSecret(line.slice(0, 200)) });
}

function runScript(script: Script, draft: HostDraft): void {
  applyScript(script, draft, (file) => loadedBySysctl(draft, file));
}

/** What `sysctl -p FILE` in a script writes; without a file all of them (`sysctl --system`). */
function loadedBySysctl(draft: HostDraft, file: string | undefined): readonly Assignment[] {
  const kind = kinds.find(({ name }) => name === 'sysctl')!;
  const paths = file === undefined ? findFiles(draft.files, kind.globs) : [file.replace(/^\/+/, '')];
  const parsed = paths.flatMap((path) => {
    const read = draft.files.read(path);
    const source = read.state === 'text' ? sourceText(draft.name, path, read.text) : undefined;
    return source ? [{ source, statements: readSysctl(source) }] : [];
  });
  return sysctlOrder(parsed).flatMap(({ statements }) => assignmentsIn(statements, 'certain'));
}
