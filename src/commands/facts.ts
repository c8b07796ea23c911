import { setFlagsFromString } from 'node:v8';
import { showOrigin, type Span } from '../base/origin.ts';
import { readingTwins } from '../assemble/twins.ts';
import type { Host } from '../model/host.ts';
import { showService } from '../model/service.ts';
import { exit, text, UsageError, type Io, type Values } from './command.ts';
import { factsData, noting } from './facts-data.ts';
import { findInputs } from './inputs.ts';
import { assembled } from './look.ts';
import { progressOn } from './progress.ts';
import { tellUnreadable, type ReadHost } from './unreadable.ts';

/** From so many hosts on memory counts for more than time. */
const manyHosts = 50;

/** `lvs-gen facts`: what each host will be after boot, every fact with the line that says so. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  if (operands.length === 0) throw new UsageError('facts needs a PATH (lvs-gen facts /etc)');
  const { inputs, unopened } = await findInputs(operands, text(values, 'stdin-filename'), io);
  const specs = inputs.flatMap((input) => (input.kind === 'spec' ? [input.file] : []));
  if (specs.length > 0) throw new UsageError(`${specs[0]} is a spec: facts are read from hosts`);
  const twins = readingTwins();
  const json = text(values, 'format') === 'json';
  const progress = progressOn(io);
  const logs: ReadHost[] = [];
  if (json) io.out(`{\n  "version": 1,\n  "tool": ${JSON.stringify({ name: 'lvs-gen', version: io.version })},\n  "hosts": [`);
  // Else V8 lets the heap grow to four times of what is alive before it looks for what is not.
  if (inputs.length > manyHosts) setFlagsFromString('--heap-growing-percent=40');
  // One host after another is read, told and let go: a fleet does not fit into memory.
  for (const [at, input] of inputs.entries()) {
    if (input.kind === 'spec') continue;
    progress('reading host', at, inputs.length);
    const { readShell, traceOf } = noting(twins);
    const one = assembled(input, readShell);
    if (json) io.out(`${at === 0 ? '' : ','}\n${indented(factsData(one, input.files, traceOf))}`);
    else io.out(asText(one.host));
    logs.push({ input, log: { ...one.log, files: [] } });
    await io.drained?.();
  }
  progress('reading host', inputs.length, inputs.length);
  if (json) io.out(inputs.length === 0 ? ']\n}\n' : '\n  ]\n}\n');
  return tellUnreadable(unopened, logs, io) ? exit.unreadable : exit.clean;
}

function indented(data: object): string {
  return JSON.stringify(data, null, 2).replace(/^/gm, '    ');
}

function asText(host: Host): string {
  const lines: string[] = [`${host.name}: ${host.roles.join(', ') || 'no part of a cluster'}`];
  const add = (what: string, at: Span, confidence = 'certain'): void => void lines.push(`  ${what}   ${showOrigin(at)}${confidence === 'certain' ? '' : ` (${confidence})`}`);
  for (const { ip, prefix, device, label, at, confidence } of host.addresses) add(`address ${ip.text}/${prefix ?? '?'} on ${label ?? device}`, at, confidence);
  for (const { to, via, device, table, at, confidence } of host.routes) {
    const target = to === 'default' ? to : `${to.ip.text}/${to.prefix}`;
    add(`route ${target}${via ? ` via ${via.text}` : ''}${device ? ` dev ${device}` : ''}${table === 'main' ? '' : ` table ${table}`}`, at, confidence);
  }
  for (const [key, assignments] of host.sysctls) {
    const last = assignments.at(-1)!;
    add(`sysctl ${key} = ${last.value}`, last.at, last.confidence);
    for (const lost of assignments.slice(0, -1).filter(({ value }) => value !== last.value)) add(`  lost: ${lost.value}`, lost.at, lost.confidence);
  }
  for (const service of host.services) {
    add(`service ${showService(service)} by ${service.scheduler}`, service.at, service.confidence);
    for (const { rip, port, forwarding, weight, at, confidence } of service.destinations) add(`  destination ${rip.text}:${port} by ${forwarding}, weight ${weight ?? '?'}`, at, confidence);
  }
  for (const { module, at } of host.modules) add(`module ${module}`, at);
  for (const { file } of host.scripts) lines.push(`  script /${file}`);
  const unseen = (['addresses', 'gateway', 'sysctl', 'services', 'scripts'] as const).filter((kind) => !host.seen.has(kind));
  if (unseen.length > 0) lines.push(`  unseen: ${unseen.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
