import { assembleCluster } from '../assemble/cluster.ts';
import type { Assembled } from '../assemble/host.ts';
import { neighbourhoods, tiesOf, type Ties } from '../assemble/neighbours.ts';
import { readingTwins } from '../assemble/twins.ts';
import type { FileSet } from '../base/file-set.ts';
import { judge, type Verdict } from '../lint/engine.ts';
import type { Host } from '../model/host.ts';
import type { Script } from '../model/script.ts';
import type { ReadLog } from '../parse/draft.ts';
import { rules } from '../../rules/index.ts';
import { assembled as assemble } from './look.ts';
import type { HostInput } from './seen.ts';

/** A host of a fleet after it was judged: plain data, without texts, which are read again where a report shows them. */
export interface JudgedHost {
  /** Which of the inputs. */
  readonly index: number;
  readonly host: Pick<Host, 'name' | 'root' | 'roles'>;
  readonly log: Omit<ReadLog, 'files'> & { readonly files: readonly string[] };
  /** Files of the log that hold a comment for lvs-gen. */
  readonly remarked: readonly string[];
  readonly scripts: readonly { readonly file: string; readonly shebang?: Script['shebang'] }[];
}

/** Hosts that belong together, judged together. */
export interface JudgedGroup {
  readonly hosts: readonly JudgedHost[];
  readonly ties: Ties;
  readonly verdict: Verdict;
}

/** What came of a part of a fleet. `open`: inputs whose neighbours were not all there, so that it would be idle to judge them; with their ties. */
export interface JudgedPart {
  readonly groups: readonly JudgedGroup[];
  readonly open: readonly { readonly indices: readonly number[]; readonly ties: Ties }[];
}

export interface FleetHost {
  readonly index: number;
  readonly name: string;
  readonly files: FileSet;
  readonly carried?: HostInput['carried'];
}

/** A group to which nothing was added for so many hosts, and that lacks nobody, is judged and let go. */
const patience = 16;
/** More hosts than this are not kept in wait of their neighbours. */
const maxWaiting = 1000;

interface Waiting {
  readonly index: number;
  readonly assembled: Assembled;
  readonly ties: Ties;
}

/**
 * Reads hosts one after another, and judges each group of neighbours when it is whole, so that only those are in memory that may still get one.
 * `whole`: these are all the neighbours that there are; nothing stays open.
 */
export function judgePart(hosts: readonly FleetHost[], whole: boolean, progress: (done: number) => void = () => {}): JudgedPart {
  const readShell = readingTwins();
  const groups: JudgedGroup[] = [];
  const open: { indices: readonly number[]; ties: Ties }[] = [];
  const near = neighbourhoods();
  const waiting = new Map<number, { members: Waiting[]; grown: number }>();
  let count = 0;

  const judgeGroup = (members: readonly Waiting[]): void => {
    const sorted = [...members].sort((a, b) => a.index - b.index);
    const cluster = assembleCluster(sorted.map(({ assembled }) => assembled.host));
    const verdict = judge(rules, cluster);
    groups.push({ verdict, ties: union(sorted), hosts: sorted.map(({ index, assembled: { log } }, at) => judgedHost(index, cluster.hosts[at]!, log)) });
  };
  const letGo = (number: number): void => {
    const { members } = waiting.get(number)!;
    waiting.delete(number);
    count -= members.length;
    if (whole || isWhole(members)) judgeGroup(members);
    else open.push({ indices: members.map(({ index }) => index), ties: union(members) });
  };

  hosts.forEach(({ index, ...given }, at) => {
    const assembled = assemble(given, readShell);
    const ties = tiesOf(assembled.host);
    const [first, ...others] = near.add(ties) as [number, ...number[]];
    const members = [...[first, ...others].flatMap((number) => waiting.get(number)?.members ?? []), { index, assembled, ties }];
    for (const number of others) waiting.delete(number);
    waiting.delete(first);
    waiting.set(first, { members, grown: at });
    count++;
    // The map is in the order in which groups have grown.
    for (const [number, group] of waiting) {
      if (whole || (at - group.grown < patience && count <= maxWaiting)) break;
      if (count > maxWaiting || isWhole(group.members)) letGo(number);
    }
    progress(at + 1);
  });
  for (const number of [...waiting.keys()]) letGo(number);
  return { groups, open };
}

/** Whether no member waits for another host: every destination is held by somebody, and nobody holds a VIP that nobody serves. */
function isWhole(members: readonly Waiting[]): boolean {
  const held = new Set(members.flatMap(({ ties }) => ties.holds));
  const served = new Set(members.flatMap(({ assembled: { host } }) => host.services.flatMap(({ vips }) => vips.map(({ text }) => text))));
  return members.every(({ assembled: { host } }) => host.services.every(({ destinations }) => destinations.every(({ rip }) => held.has(rip.text))) && (!host.roles.includes('real-server') || host.addresses.some(({ ip }) => served.has(ip.text))));
}

function union(members: readonly { readonly ties: Ties }[]): Ties {
  return { holds: [...new Set(members.flatMap(({ ties }) => ties.holds))], names: [...new Set(members.flatMap(({ ties }) => ties.names))] };
}

function judgedHost(index: number, { name, root, roles, scripts }: Host, { files, ...log }: ReadLog): JudgedHost {
  return {
    index,
    host: { name, root, roles },
    log: { ...log, files: files.map(({ file }) => file) },
    remarked: files.filter(({ text }) => text.includes('lvs-gen:')).map(({ file }) => file),
    scripts: scripts.map(({ file, shebang }) => ({ file, ...(shebang && { shebang }) })),
  };
}
