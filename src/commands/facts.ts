import { showOrigin, type Span } from '../base/origin.ts';
import { assembleHost } from '../assemble/host.ts';
import { readingTwins } from '../assemble/twins.ts';
import type { Host } from '../model/host.ts';
import { showService } from '../model/service.ts';
import { exit, text, UsageError, type Io, type Values } from './command.ts';
import { findInputs } from './inputs.ts';
import { tellUnreadable } from './unreadable.ts';

/** `lvs-gen facts`: what each host will be after boot, every fact with the line that says so. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  if (operands.length === 0) throw new UsageError('facts needs a PATH (lvs-gen facts /etc)');
  const { inputs, unopened } = await findInputs(operands, text(values, 'stdin-filename'), io);
  const readShell = readingTwins();
  const read = inputs.map((input) => {
    if (input.kind !== 'host') throw new UsageError(`${input.file} is a spec: facts are read from hosts`);
    return { input, ...assembleHost(input.name, input.files, readShell) };
  });
  const failed = tellUnreadable(unopened, read, io);
  const hosts = read.map(({ host }) => host);
  if (text(values, 'format') === 'json') io.out(`${JSON.stringify({ version: 1, tool: { name: 'lvs-gen', version: io.version }, hosts: hosts.map(asData) }, null, 2)}\n`);
  else for (const host of hosts) io.out(asText(host));
  return failed ? exit.unreadable : exit.clean;
}

/** Plain data: maps as objects, the scripts' timelines left out. */
function asData(host: Host): object {
  const { scripts, devices, sysctls, seen, ...rest } = host;
  return { ...rest, devices: Object.fromEntries(devices), sysctls: Object.fromEntries(sysctls), scripts: scripts.map(({ file, service }) => ({ file, service })), seen: [...seen] };
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
