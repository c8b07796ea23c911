import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { getLanguageService } from 'vscode-json-languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter, type CodeAction, type Hover, type InitializeResult, type PublishDiagnosticsParams } from 'vscode-languageserver-protocol/node.js';
import { schemaText } from '../src/spec/schema.ts';

/** Both ways into an editor, each driven by a library that editors use. */
const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-editors-'));
cpSync('fixtures/rules/arp/ignore-missing/bad-never-set', join(folder, 'cluster'), { recursive: true });
cpSync('fixtures/rules/script/lo-bounce', join(folder, 'lo-bounce'), { recursive: true });

/** A language server with one client. */
async function served(body: (client: ReturnType<typeof createProtocolConnection>, diagnostics: (uri: string, version: number) => Promise<PublishDiagnosticsParams['diagnostics']>) => Promise<void>): Promise<void> {
  const child = spawn(process.execPath, [resolve('dist/lvs-gen.cjs'), 'lsp', '--stdio', '--no-shellcheck'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const client = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const said = new Map<string, PublishDiagnosticsParams>();
  client.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => void said.set(`${params.uri} ${params.version}`, params));
  client.listen();
  const { capabilities } = (await client.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} })) as InitializeResult;
  assert.ok(capabilities.hoverProvider && capabilities.codeActionProvider);
  await client.sendNotification('initialized', {});
  await body(client, async (uri, version) => {
    for (let tries = 0; tries < 200; tries++) {
      const found = said.get(`${uri} ${version}`);
      if (found) return found.diagnostics;
      await new Promise((go) => setTimeout(go, 50));
    }
    throw new Error(`no diagnostics for version ${version} of ${uri}`);
  });
  await client.sendRequest('shutdown');
  const exited = new Promise((done) => child.on('exit', done));
  await client.sendNotification('exit');
  assert.is(await exited, 0);
}

test('lsp: a finding across hosts, its page on hover, and silence once it is mended in the editor', () =>
  served(async (client, diagnostics) => {
    const path = join(folder, 'cluster/web1/etc/init.d/real');
    const uri = pathToFileURL(path).href;
    const text = readFileSync(path, 'utf8');
    await client.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'shellscript', version: 1, text } });
    const [finding] = await diagnostics(uri, 1);
    assert.equal([finding?.code, finding?.severity, finding?.source], ['arp/ignore-missing', 1, 'lvs-gen']);
    const hover = (await client.sendRequest('textDocument/hover', { textDocument: { uri }, position: finding!.range.start })) as Hover;
    assert.match((hover.contents as { value: string }).value, /# arp\/ignore-missing[^]*## Repair/);
    assert.is(await client.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 0 } }), null);
    await client.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, text: 'sysctl -w net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n' }] });
    assert.not.ok((await diagnostics(uri, 2)).some(({ code }) => code === 'arp/ignore-missing'));
  }));

test('lsp: a fix is offered as an edit that mends the file', () =>
  served(async (client, diagnostics) => {
    const path = join(folder, 'lo-bounce', readFileSync('fixtures/rules/script/lo-bounce/findings.txt', 'utf8').match(/bad-[\w-]+/)![0], 'web1/etc/init.d/real');
    const uri = pathToFileURL(path).href;
    const text = readFileSync(path, 'utf8');
    await client.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'shellscript', version: 1, text } });
    const finding = (await diagnostics(uri, 1)).find(({ code }) => code === 'script/lo-bounce')!;
    const actions = (await client.sendRequest('textDocument/codeAction', { textDocument: { uri }, range: finding.range, context: { diagnostics: [finding] } })) as CodeAction[];
    const edits = actions.find(({ diagnostics: about }) => about?.[0]?.code === 'script/lo-bounce')!.edit!.changes![uri]!;
    const mended = TextDocument.applyEdits(TextDocument.create(uri, 'shellscript', 1, text), edits);
    await client.sendNotification('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: mended }] });
    assert.not.ok((await diagnostics(uri, 2)).some(({ code }) => code === 'script/lo-bounce'));
  }));

test('lsp: a spec that cannot work is told at its place; other JSON is none of ours', () =>
  served(async (client, diagnostics) => {
    const open = (name: string, text: string) => client.sendNotification('textDocument/didOpen', { textDocument: { uri: pathToFileURL(join(folder, name)).href, languageId: 'json', version: 1, text } });
    const good = readFileSync('fixtures/specs/dr/spec.json', 'utf8');
    await open('typo.json', good.replace('"scheduler"', '"schedular"'));
    assert.match((await diagnostics(pathToFileURL(join(folder, 'typo.json')).href, 1))[0]!.message, /schedul/);
    await open('gateway.json', good.replaceAll(/("rip": "[^"]*", "gateway": )"[^"]*"/g, `$1"${/"dip": "([^"/]*)/.exec(good)![1]}"`));
    assert.is((await diagnostics(pathToFileURL(join(folder, 'gateway.json')).href, 1))[0]!.code, 'route/dr-gateway-is-dip');
    await open('package.json', '{"name": 1}');
    assert.equal(await diagnostics(pathToFileURL(join(folder, 'package.json')).href, 1), []);
  }));

test('the schema completes and explains a spec in an editor', async () => {
  const service = getLanguageService({ schemaRequestService: async () => schemaText() });
  service.configure({ schemas: [{ uri: 'lvs-gen.schema.json', fileMatch: ['*'], schema: JSON.parse(schemaText()) }] });
  const text = readFileSync('fixtures/specs/dr/spec.json', 'utf8').replace('"scheduler": "wlc"', '"scheduler": "w"');
  const document = TextDocument.create('file:///spec.json', 'json', 1, text);
  const parsed = service.parseJSONDocument(document);
  const at = (needle: string, offset = 1) => document.positionAt(text.indexOf(needle) + offset);
  const values = await service.doComplete(document, at('"w"', 2), parsed);
  for (const scheduler of ['"wlc"', '"wrr"', '"sh"']) assert.ok(values!.items.some(({ label, insertText }) => label === scheduler || insertText === scheduler), scheduler);
  const keys = await service.doComplete(document, at('"vip"', 1), parsed);
  for (const key of ['persistence', 'onePacket']) assert.ok(keys!.items.some(({ label }) => label === key), key);
  const hover = await service.doHover(document, at('"directors"'), parsed);
  assert.match(JSON.stringify(hover), /Hosts that run IPVS/);
  assert.ok((await service.doValidation(document, parsed)).some(({ range }) => range.start.line === at('"w"').line));
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
