import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readingTwins } from '../src/assemble/twins.ts';
import { memoryFiles } from '../src/base/file-set.ts';
import { decode, sourceText } from '../src/base/text.ts';
import type { Script } from '../src/model/script.ts';
import { readScript } from '../src/parse/shell/read.ts';

const folder = 'fixtures/kinds/shell';
const corpus = readdirSync(folder).filter((name) => name.endsWith('.sh'));
const noFiles = memoryFiles('.', new Map());

/** All that a script says, as data. */
function told(script: Script): unknown {
  return JSON.parse(
    JSON.stringify(
      { ...script, functions: [...script.functions], header: { ...script.header, lsb: script.header.lsb && [...script.header.lsb.fields] }, actions: script.actions.map(({ name, at, steps, exits, repeats }) => ({ name, at, steps, exits, repeats })) },
      (key, value: unknown) => (key === 'assignment' ? undefined : value === undefined ? 'undefined' : value),
    ),
  );
}

test('a twin says what the script would say if it were read on its own host', () => {
  for (const name of corpus) {
    const { text } = decode(readFileSync(join(folder, name)))!;
    const read = readingTwins();
    read(sourceText('web1', 'etc/init.d/x', text), { files: noFiles, mode: 0o755 });
    const twin = sourceText('web2', 'etc/init.d/x', text);
    assert.equal(told(read(twin, { files: noFiles, mode: 0o644 })), told(readScript(twin, { files: noFiles, mode: 0o644 })), name);
  }
});

test('comments at the head may differ: they are each one’s own', () => {
  const of = (host: string, text: string) => sourceText(host, 'etc/init.d/x', `#!/bin/sh\n# made for ${host}\n# chkconfig: 2345 9${host.at(-1)} 10\n\n${text}`);
  const read = readingTwins();
  const body = 'ip addr add 10.0.0.1/32 dev lo\n';
  const first = read(of('web1', body), { files: noFiles });
  const second = read(of('web2', body), { files: noFiles });
  assert.equal([first, second].map(({ header }) => header.chkconfig?.start), [91, 92]);
  assert.is(second.actions[0]!.steps[0]!.at.host, 'web2');
  assert.is(read(of('web3', 'ip addr add 10.0.0.2/32 dev lo\n'), { files: noFiles }).actions[0]!.steps[0]!.words[3]!.text, '10.0.0.2/32');
});

test('scripts whose hosts hold other files are no twins', () => {
  const text = '. /etc/sysconfig/lvs\nip addr add "$VIP" dev lo\n';
  const files = (vip: string) => memoryFiles('.', new Map([['etc/sysconfig/lvs', `VIP=${vip}\n`]]));
  const read = readingTwins();
  const vips = ['10.0.0.1/32', '10.0.0.2/32', '10.0.0.1/32'].map((vip, at) => read(sourceText(`web${at}`, 'etc/init.d/x', text), { files: files(vip) }).actions[0]!.steps.at(-1)!.words[3]!.text);
  assert.equal(vips, ['10.0.0.1/32', '10.0.0.2/32', '10.0.0.1/32']);
});

test.run();
