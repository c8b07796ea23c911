import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseCidr } from '../base/ip.ts';
import { sourceText } from '../base/text.ts';
import { writeAtomically } from '../base/write.ts';
import type { Forwarding } from '../model/words.ts';
import { renderPlan } from '../render/render.ts';
import { specFromAnswers, type Answers } from '../spec/from-answers.ts';
import { starterSpec } from '../spec/sample.ts';
import { exit, text, texts, UsageError, type Io, type Values } from './command.ts';
import { planSpec } from './spec-file.ts';
import { showFault } from './show-fault.ts';

/** Flags that say something of the cluster; without any, and without a terminal to ask on, the sample is written. */
const flags = ['name', 'vip', 'port', 'scheduler', 'dip', 'device', 'vip-device', 'gateway', 'rip', 'real-gateway'] as const;

/** `lvs-gen init`. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const file = operands[0] ?? 'lvs-gen.json';
  const path = resolve(io.cwd, file);
  if (file !== '-' && existsSync(path) && !values['force']) throw new UsageError(`${file} is there already; --force overwrites it`);
  const given = flags.some((flag) => values[flag] !== undefined);
  const asks = io.ask !== undefined && file !== '-' && !values['defaults'];
  const forwarding = (text(values, 'forwarding') ?? (asks ? await choice(io, 'forwarding (dr, nat or tun)', ['dr', 'nat', 'tun'], 'dr') : 'dr')) as Forwarding;
  const body = given || asks ? specFromAnswers(await answersOf(forwarding, values, io, asks)) : starterSpec(forwarding);
  const code = await judge(body, file, io);
  if (code !== exit.clean) return code;
  if (file === '-') {
    io.out(body);
    return exit.clean;
  }
  writeAtomically(path, Buffer.from(body));
  io.err(`lvs-gen: wrote ${file}; ${given || asks ? 'now' : 'now edit its addresses, then'}: lvs-gen render ${file}\n`);
  return exit.clean;
}

/** Whether a cluster of these answers can work: by the schema, and by the rules that lint has. Tells what is wrong. */
async function judge(body: string, file: string, io: Io): Promise<number> {
  const read = planSpec(sourceText('spec', file, body), io);
  if (!read) return exit.usage;
  const files = renderPlan(read.plan, { version: io.version });
  const faults = (await import('./engine.ts')).faultsOf(read.plan, files);
  for (const fault of faults) io.err(showFault(fault, files, read.located));
  if (faults.length > 0) io.err(`lvs-gen: this cannot work; nothing was written (lvs-gen explain ${faults[0]!.rule})\n`);
  return faults.length > 0 ? exit.findings : exit.clean;
}

const isCidr = (answer: string): string | undefined => (/\/\d+$/.test(answer) && parseCidr(answer, 'host') ? undefined : 'expected an address with its prefix length, such as 172.16.1.10/24');
const isAddress = (answer: string): string | undefined => (parseCidr(answer, 'host') ? undefined : 'expected an address');
const isDevice = (answer: string): string | undefined => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/.test(answer) ? undefined : 'expected the name of a network device');

/** What flags say, then what is asked for, then what is usual. */
async function answersOf(forwarding: Forwarding, values: Values, io: Io, asks: boolean): Promise<Answers> {
  const get = async (flag: (typeof flags)[number], question: string, usual: string, check: (answer: string) => string | undefined): Promise<string> => {
    const said = text(values, flag);
    if (said !== undefined) return said;
    return asks ? ask(io, question, usual, check) : usual;
  };
  const sample = forwarding === 'nat' ? { vip: '192.168.1.10/24', dip: '192.168.14.50/24', rips: ['192.168.14.51/24', '192.168.14.52/24'], device: 'eth1', gateway: '192.168.1.1' } : { vip: '172.16.1.100', dip: '172.16.1.200/24', rips: ['172.16.1.10/24', '172.16.1.20/24'], device: 'eth0', gateway: '172.16.1.254' };
  const name = await get('name', 'name of the cluster', `web-${forwarding}`, (answer) => (answer === '' ? 'expected a name' : undefined));
  const vip = await get('vip', 'VIP, the address that clients ask', sample.vip, isAddress);
  const port = await get('port', 'port', '80', (answer) => (/^\d{1,5}$/.test(answer) ? undefined : 'expected a port'));
  const scheduler = await get('scheduler', 'scheduler', 'wlc', () => undefined);
  const dip = await get('dip', "DIP, the director's own address towards the real servers", sample.dip, isCidr);
  const device = await get('device', 'network device of the DIP', sample.device, isDevice);
  const vipDevice = forwarding === 'nat' ? await get('vip-device', 'network device of the VIP', 'eth0', isDevice) : text(values, 'vip-device');
  const given = texts(values, 'rip');
  const rips = given.length > 0 ? given : asks ? (await ask(io, 'RIPs of the real servers, one space apart', sample.rips.join(' '), (answer) => answer.split(/[\s,]+/).map(isCidr).find(Boolean))).split(/[\s,]+/) : sample.rips;
  const gateway = await get('gateway', "the director's gateway", sample.gateway, isAddress);
  const realGateway = await get('real-gateway', "the real servers' gateway", forwarding === 'nat' ? dip.replace(/\/.*/, '') : gateway, isAddress);
  return { name, forwarding, vip, port: /^\d+$/.test(port) ? Number(port) : port, scheduler, dip, device, ...(vipDevice !== undefined && { vipDevice }), gateway, rips, realGateway };
}

/** Asks until the answer can be one; an empty one is the usual. */
async function ask(io: Io, question: string, usual: string, check: (answer: string) => string | undefined): Promise<string> {
  for (;;) {
    const answer = ((await io.ask!(`${question} [${usual}]: `)) || usual).trim();
    const wrong = check(answer);
    if (wrong === undefined) return answer;
    io.err(`found '${answer}', ${wrong}\n`);
  }
}

function choice(io: Io, question: string, choices: readonly string[], usual: string): Promise<string> {
  return ask(io, question, usual, (answer) => (choices.includes(answer) ? undefined : `expected ${choices.join(', ')}`));
}
