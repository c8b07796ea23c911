import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kinds, type AnyKind, type Loaded } from '../src/assemble/kinds.ts';
import { diskFiles, findFiles, memoryFiles, type FileSet } from '../src/base/file-set.ts';
import { showCidr } from '../src/base/ip.ts';
import { compareText, type Span } from '../src/base/origin.ts';
import { offsetAt, sourceText } from '../src/base/text.ts';
import { filterOf } from '../src/model/filter.ts';
import { showService } from '../src/model/service.ts';
import type { HostDraft } from '../src/parse/draft.ts';
import type { Statement } from '../src/parse/statement.ts';

const corpus = 'fixtures/kinds';
const states = ['unread', 'ignored', 'wrong', 'partly', 'modelled'];

function newDraft(files: FileSet): HostDraft {
  return { name: 'host', files, devices: new Map(), addresses: [], routes: [], sysctls: new Map(), services: [], syncDaemons: [], modules: [], scripts: [], seen: new Set() };
}

function loadAll(kind: AnyKind, files: FileSet) {
  const loaded = [...findFiles(files, kind.globs), ...kind.referred(files)].flatMap((path): readonly Loaded[] => {
    const read = files.read(path);
    if (read.state !== 'text') return [];
    const source = sourceText('host', path, read.text);
    return kind.accepts(source) ? [{ source }] : [];
  });
  const draft = newDraft(files);
  return { loaded, draft, ...kind.load(loaded, draft) };
}

const place = (at: Span): string => (at.endLine === at.line ? `${at.line}:${at.column}-${at.endColumn}` : `${at.line}:${at.column}-${at.endLine}:${at.endColumn}`);

/** A statement's own fields on one line; comments and blank lines are left out. */
function showStatement(statement: Statement): string {
  const { at, state, note, ...own } = statement as Statement & Record<string, unknown>;
  const fields = Object.entries(own).flatMap(([name, value]) => (name === 'kind' || name === 'keyAt' || name === 'commandAt' ? [] : [`${name}=${showValue(value)}`]));
  return [`  ${place(at)} ${state}`, own['kind'], ...fields].join(' ') + (note ? ` | ${note}` : '');
}

function showValue(value: unknown): string {
  if (Array.isArray(value) && value.some((one) => typeof one === 'object')) return `[${value.map(showValue).join(' ')}]`;
  if (typeof value === 'object' && value !== null) {
    if ('line' in value) return place(value as unknown as Span);
    if ('prefix' in value) return showCidr(value as never);
    if ('text' in value) return String(value.text);
  }
  // Words within an effect stand at places that the statement has already.
  return JSON.stringify(value, (key, inner: unknown) => (/(?:^at|At|ord)$/.test(key) ? undefined : key === 'words' ? (inner as { text: string }[]).map(({ text }) => text).join(' ') : inner)) ?? 'undefined';
}

function showTable({ services, syncDaemons, vrrp, faults }: HostDraft): readonly string[] {
  const where = (at: Span): string => `${at.file}:${place(at)}`;
  return [
    ...services.flatMap((service) => [
      `  service ${showService(service)} ${service.scheduler}${service.persistence ? ` persistent ${showValue(service.persistence)}` : ''}${service.onePacket ? ' ops' : ''} ${service.confidence} ${where(service.at)}`,
      ...(service.managed ? [`    managed ${showValue(service.managed)}`] : []),
      ...service.destinations.map((one) => `    ${one.rip.text}:${one.port}${one.portWritten ? '' : ' (not written)'} ${one.forwarding}${one.forwardingWritten ? '' : ' (not written)'} weight ${one.weight}${one.upperThreshold === undefined ? '' : ` upper ${one.upperThreshold}`}${one.lowerThreshold === undefined ? '' : ` lower ${one.lowerThreshold}`}${one.checks ? ` checks ${one.checks.map(({ name, port }) => name + (port === undefined ? '' : `:${port}`)).join(' ')}` : ''} ${where(one.at)}`),
    ]),
    ...syncDaemons.map(({ role, device, syncId, at }) => `  sync ${role} ${device} ${syncId} ${where(at)}`),
    ...(vrrp ?? []).map(({ name, state, device, virtualRouterId, priority, vips, strict, conditional, at }) => `  vrrp ${name} ${state?.value} ${device?.value} id ${virtualRouterId?.value} priority ${priority?.value}${strict?.value ? ' strict' : ''}${conditional ? ' conditional' : ''} ${vips.map(({ ip, prefix }) => `${ip.text}/${prefix}`).join(' ')} ${where(at)}`),
    ...(faults ?? []).map(({ kind, program, found, nearest, belongs, outcome, at }) => `  fault ${program} ${kind} '${found}'${nearest ? ` nearest ${nearest}` : ''}${belongs ? ` belongs ${belongs.join(' ')}` : ''} ${where(at)} | ${outcome}`),
  ];
}

function dump(kind: AnyKind, files: FileSet): string {
  const { loaded, statements, draft, commands } = loadAll(kind, files);
  const lines = loaded.flatMap(({ source }, index) => [source.file, ...statements[index]!.filter(({ state, note }) => state !== 'ignored' || note !== undefined).map(showStatement)]);
  lines.push('facts');
  for (const { name, kind: sort, up } of draft.devices.values()) lines.push(`  device ${name} ${sort} ${up.state === 'set' ? `up=${up.value} ${up.confidence}` : up.state}`);
  for (const address of draft.addresses) {
    const { at, ip, prefix, prefixWritten, device, label, broadcast, scope, confidence } = address;
    lines.push(`  address ${ip.text}/${prefix}${prefixWritten ? '' : ' (not written)'} ${device}${label ? ` label ${label}` : ''}${broadcast ? ` broadcast ${broadcast}` : ''}${scope ? ` scope ${scope}` : ''} ${confidence} ${at.file}:${place(at)}`);
  }
  for (const { to, via, device, table, family, confidence, at } of draft.routes) lines.push(`  route ${to === 'default' ? to : showCidr(to)} family ${family} via ${via?.text} dev ${device} table ${table} ${confidence} ${at.file}:${place(at)}`);
  for (const { program, ip, port, known, at } of draft.listeners ?? []) lines.push(`  listener ${program} ${ip?.text ?? '*'}:${port}${known ? '' : ' unknown'} ${at.file}:${place(at)}`);
  const { selinux } = draft.boot ?? {};
  if (selinux) lines.push(`  selinux ${selinux.value}`);
  for (const { module, at } of draft.modules) lines.push(`  module ${module} ${at.file}:${place(at)}`);
  const assignments = [...draft.sysctls.values()].flat().sort((a, b) => a.order! - b.order!);
  for (const { key, value, optional, at } of assignments) lines.push(`  sysctl ${key} = ${value}${optional ? ' (optional)' : ''} ${at.file}:${place(at)}`);
  for (const [key, list] of draft.sysctls) if (list.length === 0) lines.push(`  sysctl ${key} left out of globs`);
  lines.push(...showTable(draft));
  const filter = filterOf({ ...draft, root: '.', roles: [] });
  for (const { family, table, name, policy, rules } of filter.chains) {
    lines.push(`  chain ${family} ${table} ${name}${policy ? (policy.drops ? ' DROP' : ' ACCEPT') : ''}`);
    for (const { conditions, verdict } of rules) lines.push(`    ${conditions.map(showValue).join(' ') || 'all'} -> ${showValue(verdict)}`);
  }
  if (draft.boot?.release) lines.push(`  release ${draft.boot.release.id} ${draft.boot.release.version}`);
  for (const { kind: sort, found, at } of draft.faults ?? []) if (sort === 'file-unread') lines.push(`  unread ${found} ${at.file}:${place(at)}`);
  if (draft.filterUnread) lines.push('  filter unread');
  for (const source of commands) lines.push(`commands of ${source.file}`, ...source.text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [`  ${index + 1}: ${line.trim()}`])));
  return `${lines.join('\n')}\n`;
}

/** Kinds with a corpus of trees; the others have a corpus and a test of their own. */
const withTrees = kinds.filter((kind) => existsSync(join(corpus, kind.name)) && readdirSync(join(corpus, kind.name), { withFileTypes: true }).some((entry) => entry.isDirectory() && existsSync(join(corpus, kind.name, entry.name, 'expected.txt'))));

test('there is a corpus of each kind of boot, network and parameters', () => {
  assert.equal(withTrees.map(({ name }) => name).filter((name) => ['modules', 'sysctl', 'ifcfg', 'interfaces', 'networkd', 'netplan', 'keyfile'].includes(name)).length, 7);
});

for (const kind of withTrees) {
  const folder = join(corpus, kind.name);
  const cases = readdirSync(folder).sort(compareText);

  for (const name of cases) {
    const root = join(folder, name);
    test(`${kind.name}/${name}: every statement and fact is as accepted`, () => {
      const expected = join(root, 'expected.txt');
      const found = dump(kind, diskFiles(root));
      if (process.env['ACCEPT']) writeFileSync(expected, found);
      assert.is(found, existsSync(expected) ? readFileSync(expected, 'utf8') : '(none: run with ACCEPT=1, read the file, commit it)');
    });

    test(`${kind.name}/${name}: every line has a state, and every place is in the text`, () => {
      const { loaded, statements } = loadAll(kind, diskFiles(root));
      loaded.forEach(({ source }, index) => checkStatements(source.text, statements[index]!));
    });

    test(`${kind.name}/${name}: survives a cut at any line and in any line`, () => {
      const files = diskFiles(root);
      for (const path of findFiles(files, kind.globs)) {
        const read = files.read(path);
        if (read.state !== 'text') continue;
        const { text } = read;
        for (let cut = 0; cut <= text.length; cut += cut < 200 ? 1 : 11) loadAll(kind, memoryFiles('.', new Map([[path, text.slice(0, cut)]])));
      }
    });
  }

  test(`${kind.name}: any text is read without a throw, with places in the text`, () => {
    const words = fc.constantFrom('IPADDR', 'DEVICE=', 'net.ipv4.conf.all.arp_ignore', '=', '1', '"', "'", '$', '${', '$(', '`', '\\', '\n', '\r\n', ' ', '\t', '#', ';', '-', '10.0.0.1', '/24', 'iface', 'auto', 'eth0', 'inet', 'static', 'address', 'up', ':', '[Match]', '[', ']', 'default', 'via', 'dev', '{', '}', '- ', '\u00a0', '\u{1f980}', '*', 'ethernets:', 'Address=');
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.array(words, { maxLength: 60 }).map((parts) => parts.join('')));
    const paths = kind.globs.map((glob) => glob.replace(/\*/g, 'x-eth0'));
    fc.assert(
      fc.property(text, fc.constantFrom(...paths), (content, path) => {
        const { loaded, statements } = loadAll(kind, memoryFiles('.', new Map([[path, content]])));
        loaded.forEach(({ source }, index) => checkStatements(source.text, statements[index]!));
      }),
      { numRuns: 400 },
    );
  });
}

function checkStatements(text: string, statements: readonly Statement[]): void {
  const source = sourceText('host', 'f', text);
  const lines = new Set<number>();
  let last = 0;
  for (const { at, state, note } of statements) {
    assert.ok(states.includes(state));
    if (state === 'unread' || state === 'wrong' || state === 'partly') assert.ok(note, `${state} at line ${at.line} says why`);
    const from = offsetAt(source, at.line, at.column);
    const to = offsetAt(source, at.endLine, at.endColumn);
    assert.ok(at.line >= 1 && at.column >= 1 && from <= to && to <= text.length, `place ${place(at)}`);
    assert.ok(at.line >= last, 'statements stand in the order of the lines');
    last = at.line;
    for (let line = at.line; line <= at.endLine; line++) lines.add(line);
  }
  const count = text === '' ? 0 : text.replace(/\r?\n$/, '').split('\n').length;
  for (let line = 1; line <= count; line++) assert.ok(lines.has(line), `line ${line} has no state: ${JSON.stringify(text)}`);
}

test.run();
