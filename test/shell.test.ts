import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diskFiles } from '../src/base/file-set.ts';
import { decode, sourceText } from '../src/base/text.ts';
import type { Effect, Script, ServiceKey } from '../src/model/script.ts';
import { readScript } from '../src/parse/shell/read.ts';

const folder = 'fixtures/kinds/shell';
const files = diskFiles(join(folder, 'tree'));
const corpus = readdirSync(folder).filter((name) => name.endsWith('.sh')).sort();

function read(name: string, text = decode(readFileSync(join(folder, name)))!.text): Script {
  return readScript(sourceText('host', `etc/init.d/${name.replace(/\.sh$/, '')}`, text), { files });
}

const or = (value: string | number | undefined): string => (value === undefined ? '?' : String(value));

function keyText(key: ServiceKey): string {
  return key.by === 'fwmark' ? `fwmark ${or(key.mark)}${key.family === 6 ? ' -6' : ''}` : `${key.protocol} ${or(key.vip?.text)}:${or(key.port)}`;
}

/** One effect as a line that a person can check against the script. */
function show(effect: Effect): string {
  switch (effect.kind) {
    case 'address':
      return `address ${effect.does} ${or(effect.ip?.text ?? (effect.ipWord ? (effect.ipWord.text === undefined ? undefined : `'${effect.ipWord.text}'`) : 'none'))}/${or(effect.prefix)}${effect.prefixWritten ? '' : ' (default)'} dev ${or(effect.device)}${effect.label ? ` label ${effect.label}` : ''}${effect.broadcast ? ` brd ${effect.broadcast}` : ''}${effect.scope ? ` scope ${effect.scope}` : ''}`;
    case 'netmask':
      return `netmask /${or(effect.prefix)} of ${effect.label ?? or(effect.device)}`;
    case 'link':
      return `link ${or(effect.device)} ${effect.up ? 'up' : 'down'}`;
    case 'lro':
      return `lro ${effect.on ? 'on' : 'off'} of ${or(effect.device)}`;
    case 'mtu':
      return `mtu ${or(effect.mtu)} of ${or(effect.device)}`;
    case 'device':
      return `device ${or(effect.device)} type ${or(effect.type)}${effect.remote ? ` remote ${effect.remote.text}` : ''}${effect.local ? ` local ${effect.local.text}` : ''}`;
    case 'route':
      return `route ${effect.does} ${effect.to === 'default' ? 'default' : effect.to ? `${effect.to.ip.text}/${effect.to.prefix}` : '?'}${effect.via ? ` via ${effect.via.text}` : ''}${effect.device ? ` dev ${effect.device}` : ''}${effect.table ? ` table ${effect.table}` : ''}`;
    case 'policy-rule':
      return `rule ${effect.does} ${effect.family === 6 ? '-6 ' : ''}mark ${or(effect.mark)}${effect.mask === undefined ? '' : `/${effect.mask}`} table ${or(effect.table)}${effect.narrowed ? ' and more' : ''}`;
    case 'sysctl':
      return `sysctl ${effect.target} ${or(effect.key)} = ${or(effect.value)}`;
    case 'sysctl-load':
      return `sysctl load ${effect.file ?? 'all'}`;
    case 'ipvs':
      return showIpvs(effect);
    case 'firewall':
      return `firewall ${effect.tool} ${effect.does} ${effect.table}${effect.chain ? ` ${effect.chain}` : ''}`;
    case 'module':
      return `module ${effect.load ? 'load' : 'unload'} ${or(effect.module)}`;
    case 'prompt':
      return `prompt ${effect.variables.join(' ')}`;
    case 'lock':
      return `lock ${effect.does} ${or(effect.path)}`;
    case 'arp-announce':
      return `arp-announce ${or(effect.ip?.text)} on ${or(effect.device)}`;
    case 'service':
      return `service ${or(effect.service)} ${effect.does}`;
    case 'source':
      return `source ${or(effect.path)}${effect.found ? '' : ' (not there)'}`;
    case 'exit':
      return `${effect.what} ${or(effect.code)}`;
  }
}

function showIpvs(effect: Extract<Effect, { kind: 'ipvs' }>): string {
  switch (effect.does) {
    case 'add-service':
    case 'edit-service':
    case 'delete-service':
      return `ipvs ${effect.does} ${keyText(effect.service)}${effect.scheduler ? ` ${effect.scheduler}` : ''}${effect.schedulerFlags ? ` flags ${effect.schedulerFlags.join(',')}` : ''}${effect.persistence ? ` persistent ${or(effect.persistence.timeout)}${effect.persistence.netmask ? ` mask ${effect.persistence.netmask}` : ''}` : ''}${effect.onePacket ? ' one-packet' : ''}`;
    case 'add-destination':
    case 'edit-destination':
    case 'delete-destination':
      return `ipvs ${effect.does} ${keyText(effect.service)} -> ${or(effect.rip?.text)}${effect.portWritten ? `:${or(effect.port)}` : ''} ${effect.forwarding}${effect.forwardingWritten ? '' : ' (default)'} weight ${or(effect.weight)}${effect.weightWritten ? '' : ' (default)'}${effect.upperThreshold === undefined ? '' : ` upper ${effect.upperThreshold}`}${effect.lowerThreshold === undefined ? '' : ` lower ${effect.lowerThreshold}`}`;
    case 'set-timeouts':
      return `ipvs set-timeouts ${effect.timeouts.map(or).join(' ')}`;
    case 'start-daemon':
    case 'stop-daemon':
      return `ipvs ${effect.does} ${or(effect.role)}${effect.syncId === undefined ? '' : ` syncid ${effect.syncId}`}${effect.device === undefined ? '' : ` dev ${effect.device}`}`;
    case 'invalid':
      return `ipvs invalid: ${effect.note}`;
    default:
      return `ipvs ${effect.does}`;
  }
}

function dump(script: Script): string {
  const lines = script.actions.flatMap((action) => [
    `# ${action.name} at ${action.at.line}:${action.at.column}, may exit ${(action.exits ?? []).map(or).sort().join(' ')}`,
    ...action.steps.flatMap((step) => step.effects.map((effect) => `${action.name} | ${step.at.file === script.file ? '' : `${step.at.file}:`}${step.at.line}:${step.at.column} | ${step.confidence} | ${show(effect)}`)),
  ]);
  const errors = script.syntaxErrors.map((error) => `! ${error.at.line}:${error.at.column} ${error.note}`);
  return `${[...lines, ...errors].join('\n')}\n`;
}

for (const name of corpus) {
  test(`${name} does what its golden file says`, () => {
    const path = join(folder, name.replace(/\.sh$/, '.effects.txt'));
    const now = dump(read(name));
    if (process.env['ACCEPT']) writeFileSync(path, now);
    assert.fixture(now, readFileSync(path, 'utf8'));
  });
}

test('the corpus has many dialects', () => assert.ok(corpus.length >= 30));

test('a script cut at any line or anywhere is read without a throw, and its places lie in it', () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  for (const name of corpus) {
    const { text } = decode(readFileSync(join(folder, name)))!;
    const cuts = [...text.matchAll(/\n/g)].map((match) => match.index + 1).concat(Array.from({ length: Number(process.env['SHELL_CUTS'] ?? 40) }, () => random(text.length)));
    for (const cut of cuts) {
      const script = read(name, text.slice(0, cut));
      const last = script.source.lineStarts.length;
      for (const action of script.actions) for (const step of action.steps) if (step.at.file === script.file) assert.ok(step.at.line >= 1 && step.at.endLine <= last, `${name} cut at ${cut}: ${step.at.line}`);
    }
  }
});

test('a script of sixty lines takes about a millisecond', () => {
  const body = read('tutorial-real-lo0.sh').source.text;
  const text = `${body}${body.split('\n').slice(4, 30).map((line) => `# ${line}`).join('\n')}`;
  const batch = (): number => {
    const start = process.cpuUsage();
    for (let count = 0; count < 100; count++) read('x', `${text}\n# ${count}`);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 100_000;
  };
  // The best of several batches: other work on the machine only ever adds.
  const best = Math.min(...Array.from({ length: 6 }, batch));
  assert.ok(best < 3, `${best.toFixed(2)} ms a script`);
});

test.run();
