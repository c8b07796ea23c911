import { findFiles, type FileSet } from '../../base/file-set.ts';
import { parseCidr } from '../../base/ip.ts';
import { spanAt, sourceText, type SourceText } from '../../base/text.ts';
import type { ConfigFault } from '../../model/config-fault.ts';
import type { HostDraft, ParsedFile } from '../draft.ts';
import { withoutDoubles } from '../ipvs-table.ts';
import { takeAbsent, takeIncomplete } from './absent.ts';
import { entryFault } from './group.ts';
import { nameOf } from './judge.ts';
import { takeUndefinedNames } from './names.ts';
import { readKeepalived, type KeepalivedStatement } from './read.ts';
import { fault, servicesOf } from './services.ts';
import { standsOpen } from './scan.ts';
import { scriptsIn } from './scripts.ts';
import { all, counts, last, lineOf, numberIn, treeOf, type Node } from './tree.ts';
import { takeTwice } from './twice.ts';
import { takeAddressLine, takeValues } from './values.ts';
import { holdRoutes } from './routes.ts';
import { holdStatics, holdVips, instanceOf } from './vrrp.ts';

const maxIncluded = 500;

/** Puts what keepalived makes of its main file, with all that it includes, on a host: services, VRRP instances and their addresses, sync daemons, and the lines that it refuses. */
export function applyKeepalived(files: readonly ParsedFile<KeepalivedStatement>[], draft: HostDraft): void {
  const main = draft.files.only === undefined ? files.find(({ source }) => source.file === 'etc/keepalived/keepalived.conf') : files[0];
  if (!main) return;
  let whole = true;
  let included = 0;
  const statements = readKeepalived(main.source, (pattern, from) => {
    const found = includedFiles(pattern, from, draft.files);
    included += found?.length ?? 0;
    if (found === undefined || included > maxIncluded) {
      whole = false;
      return undefined;
    }
    return found.flatMap((path): readonly SourceText[] => {
      const known = files.find(({ source }) => source.file === path)?.source;
      if (known) return [known];
      const read = draft.files.read(path);
      if (read.state === 'text') return [sourceText(draft.name, path, read.text)];
      if (read.state === 'unreadable') whole = false;
      return [];
    });
  });
  takeFaults(statements, draft);
  takeValues(statements, draft);
  const roots = treeOf(statements);
  takeTwice(roots, draft);
  const globals = all(roots, 'global_defs').flatMap((node) => node.children);
  const strictLine = last(globals, 'vrrp_strict');
  const strict = strictLine && (strictLine.words[1] === undefined || /^(?:on|true|yes)$/.test(strictLine.words[1].text)) ? lineOf(strictLine) : undefined;
  const versionWord = last(globals, 'vrrp_version')?.words[1];
  const versionNumber = numberIn(versionWord, 2, 3);
  const version = versionNumber === undefined ? undefined : { value: versionNumber, at: versionWord!.at };
  const routerId = last(globals, 'router_id')?.words[1];
  draft.keepalived = {
    at: spanAt(main.source, 0, 0), whole,
    ...(routerId ? { routerId: { value: routerId.text, at: routerId.at } } : {}),
    ...(strict ? { strict } : {}),
    scripts: scriptsIn(roots),
    scriptSecurity: all(globals, 'enable_script_security').length > 0,
    syncGroups: all(roots, 'vrrp_sync_group').map((node) => all(node.children, 'group').flatMap((group) => [...group.words.slice(1), ...group.children.flatMap(({ words }) => words)].map(({ text }) => text))),
  };
  const instances = all(roots, 'vrrp_instance').map((node) => instanceOf(node, strict, version));
  if (instances.length > 0) (draft.vrrp ??= []).push(...instances);
  for (const node of all(roots, 'vrrp_instance')) takeGarbage(node, draft);
  if (whole) for (const node of all(roots, 'vrrp_instance')) takeAbsent(node, draft);
  if (whole) takeUndefinedNames(roots, draft);
  if (whole) for (const node of all(roots, 'virtual_server')) for (const server of all(node.children, 'real_server')) takeIncomplete(server, draft);
  for (const instance of instances) holdVips(instance, draft);
  const device = last(globals, 'default_interface')?.words[1]?.text ?? 'eth0';
  for (const list of all(roots, 'static_ipaddress')) holdStatics(list, draft, device);
  for (const list of all(roots, 'static_routes')) holdRoutes(list, draft, 'certain');
  for (const node of all(roots, 'vrrp_instance')) for (const list of all(node.children, 'virtual_routes')) holdRoutes(list, draft, 'likely');
  const groups = all(roots, 'virtual_server_group');
  for (const { words } of groups.flatMap(({ children }) => children)) {
    const wrong = entryFault(words);
    if (wrong) fault(draft, 'value-refused', wrong.word, wrong.note);
  }
  const services = all(roots, 'virtual_server').flatMap((node) => servicesOf(node, groups, draft));
  draft.services.push(...withoutDoubles(services, draft, 'keepalived', { service: 'the kernel takes only the first, and the real servers of both join it', destination: 'keepalived removes the second' }));
  takeSyncDaemons(globals, roots, draft);
}

/** The paths that an include names: relative to the file that holds it. Undefined: that cannot be told, or nothing is there. */
function includedFiles(pattern: string, from: SourceText, files: FileSet): readonly string[] | undefined {
  if (standsOpen(pattern) || files.only !== undefined) return undefined;
  const folder = from.file.slice(0, from.file.lastIndexOf('/') + 1);
  const parts: string[] = [];
  for (const part of (pattern.startsWith('/') ? pattern.slice(1) : folder + pattern).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const path = parts.join('/');
  if (!/[*?[{]/.test(path)) return files.read(path).state === 'absent' ? undefined : [path];
  if (/[[{]/.test(path)) return undefined;
  const found = findFiles(files, [path]).filter((one) => files.read(one).state === 'text');
  // Where nothing matches, what is meant lies elsewhere: keepalived would have said so at its first start.
  return found.length > 0 ? found : undefined;
}

function takeFaults(statements: readonly KeepalivedStatement[], draft: HostDraft): void {
  const faults: ConfigFault[] = [];
  for (const statement of statements) {
    const word = statement.words[0];
    if (statement.fault && word && !statement.dead) {
      const { kind, nearest, belongs, since } = statement.fault;
      faults.push({
        kind, program: 'keepalived', at: word.at, line: statement.at, found: word.text, block: nameOf(statement.block),
        ...(nearest === undefined ? {} : { nearest }),
        ...(belongs ? { belongs: belongs.map(nameOf) } : {}),
        outcome: statement.opens !== undefined && statement.opens !== 'values' ? 'keepalived drops the block' : 'keepalived drops the line',
        confidence: 'certain',
        ...(since === undefined ? {} : { releases: { since } }),
      });
    } else if (statement.lastWithout !== undefined && word && !statement.dead) faults.push({ kind: 'newer-keyword', program: 'keepalived', at: word.at, line: statement.at, found: word.text, outcome: `they drop the ${statement.opens === undefined || statement.opens === 'values' ? 'line' : 'block'}`, confidence: 'certain', releases: { upTo: statement.lastWithout } });
    else if (statement.unopened) faults.push({ kind: 'unbalanced-brace', program: 'keepalived', at: statement.unopened.at, found: statement.unopened.keyword, outcome: 'keepalived takes the next lines for what is in it, and closes the block around it too early', confidence: 'certain' });
    else if (statement.brace && statement.state === 'wrong' && !statement.dead) faults.push({ kind: 'unbalanced-brace', program: 'keepalived', at: statement.at, found: '{', outcome: 'keepalived passes over it, and takes the next closing brace for that of the block around it', confidence: 'certain' });
    else if (statement.unclosed) faults.push({ kind: 'unbalanced-brace', program: 'keepalived', at: statement.unclosed, found: '{', other: statement.at, outcome: 'what follows is read as part of that block', confidence: 'certain' });
    else if (statement.extra) faults.push({ kind: 'unbalanced-brace', program: 'keepalived', at: statement.at, found: '}', outcome: 'what stood open above was closed too early, or this brace is one too many', confidence: 'certain' });
  }
  if (faults.length > 0) (draft.faults ??= []).push(...faults);
}

/** Addresses of an instance that are none. */
function takeGarbage(node: Node, draft: HostDraft): void {
  for (const list of all(node.children, 'virtual_ipaddress', 'virtual_ipaddress_excluded', 'unicast_peer')) {
    for (const { words } of list.children) {
      const [word] = words;
      if (word && !words.some(({ text }) => standsOpen(text) || text.startsWith('@')) && !parseCidr(word.text, 'host') && !word.text.includes('%')) fault(draft, 'value-refused', word, `it is no address, and keepalived drops it from ${list.keyword}`);
      else if (list.keyword !== 'unicast_peer' && counts(list)) takeAddressLine(words, draft);
    }
  }
}

/** A sync daemon follows the state of its instance, and without an ID of its own takes the instance's; without one both roles run, with ID 0 (keepalived.conf(5), lvs_sync_daemon). */
function takeSyncDaemons(globals: readonly Node[], roots: readonly Node[], draft: HostDraft): void {
  const line = last(globals, 'lvs_sync_daemon');
  const device = line?.words[1];
  if (line && device) {
    const named = line.words.findIndex((word) => word.text === 'id');
    const syncId = named > 0 ? numberIn(line.words[named + 1], 0, 255) : undefined;
    const instance = all(roots, 'vrrp_instance').find((node) => line.words.slice(2).some((word) => word.text === node.words[1]?.text));
    const master = (instance && last(instance.children, 'state')?.words[1]?.text) === 'MASTER';
    const vrid = instance && numberIn(last(instance.children, 'virtual_router_id')?.words[1], 1, 255);
    const id = syncId ?? (instance ? vrid : 0);
    for (const role of instance ? [master ? ('master' as const) : ('backup' as const)] : (['master', 'backup'] as const)) {
      draft.syncDaemons.push({ role, device: device.text, at: lineOf(line), ...(id === undefined ? {} : { syncId: id }) });
    }
  }
  for (const node of all(roots, 'vrrp_instance')) {
    const own = last(node.children, 'lvs_sync_daemon_interface');
    if (!own?.words[1]) continue;
    const id = numberIn(last(node.children, 'virtual_router_id')?.words[1], 1, 255);
    draft.syncDaemons.push({ role: last(node.children, 'state')?.words[1]?.text === 'MASTER' ? 'master' : 'backup', device: own.words[1].text, at: lineOf(own), ...(id === undefined ? {} : { syncId: id }) });
  }
}

