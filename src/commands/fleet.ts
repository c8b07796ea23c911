import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { neighbourhoods } from '../assemble/neighbours.ts';
import { sourceText, type SourceText } from '../base/text.ts';
import { sortVerdicts } from '../lint/engine.ts';
import { judgePart, type FleetHost, type JudgedGroup, type JudgedPart } from './fleet-part.ts';
import { judgeInThread } from './fleet-thread.ts';
import type { HostInput, Seen } from './seen.ts';

/** A thread costs as much to start as so many hosts take. */
const hostsThatPay = 100;

/**
 * Judges many hosts: in up to `jobs` threads, each with a run of neighbouring inputs, and with only those hosts in memory that may still belong to others. What is found depends neither on the number of threads
 * nor on the order: groups whose ties reach from one part to another are read again and judged as one.
 */
export async function lookAtFleet(inputs: readonly HostInput[], jobs: number | undefined, progress: (what: string, done: number, total: number) => void): Promise<Seen> {
  // Else V8 lets each thread's heap grow to four times of what is alive before it looks for what is not.
  setFlagsFromString('--heap-growing-percent=40');
  const hosts = inputs.map(({ name, files, carried }, index): FleetHost => ({ index, name, files, ...(carried && { carried }) }));
  const threads = inputs.every(({ disk }) => disk !== undefined) ? Math.max(1, Math.min(jobs ?? availableParallelism(), Math.ceil(inputs.length / hostsThatPay))) : 1;
  const size = Math.ceil(hosts.length / threads);
  const done: number[] = [];
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, part): Promise<JudgedPart> | JudgedPart => {
      const own = hosts.slice(part * size, (part + 1) * size);
      const tell = (count: number): void => {
        done[part] = count;
        progress('judging host', done.reduce((sum, one) => sum + (one ?? 0), 0), hosts.length);
      };
      return threads === 1 ? judgePart(own, false, tell) : judgeInThread(own.map(({ index }) => ({ index, name: inputs[index]!.name, ...inputs[index]!.disk! })), tell);
    }),
  );
  const groups = joined(parts, hosts);
  progress('judging host', hosts.length, hosts.length);
  return seenOfFleet(inputs, groups);
}

/** All groups, those that belong together over the parts judged as one; in the order of their first inputs. */
function joined(parts: readonly JudgedPart[], hosts: readonly FleetHost[]): readonly JudgedGroup[] {
  const all = parts.flatMap(({ groups, open }) => [...groups.map((group) => ({ group, indices: group.hosts.map(({ index }) => index), ties: group.ties })), ...open.map((one) => ({ group: undefined, ...one }))]).sort((a, b) => Math.min(...a.indices) - Math.min(...b.indices));
  const near = neighbourhoods();
  for (const { ties } of all) near.add(ties);
  const together = new Map<number, (typeof all)[number][]>();
  all.forEach((one, number) => together.set(near.groupOf(number), [...(together.get(near.groupOf(number)) ?? []), one]));
  return [...together.values()].flatMap((ones) => {
    const [first] = ones;
    if (ones.length === 1 && first!.group) return [first!.group];
    return judgePart(ones.flatMap(({ indices }) => indices).sort((a, b) => a - b).map((index) => hosts[index]!), true).groups;
  });
}

function seenOfFleet(inputs: readonly HostInput[], groups: readonly JudgedGroup[]): Seen {
  const judged = groups.flatMap(({ hosts }) => hosts).sort((a, b) => a.index - b.index);
  const sourcesOf = judged.map(({ index, log }) => new Map(log.files.map((file) => [file, new LaterText(inputs[index]!, file)])));
  return {
    hosts: judged.map(({ host }) => host),
    read: judged.map(({ index, log }, at) => ({ input: inputs[index]!, log: { ...log, files: [...sourcesOf[at]!.values()] } })),
    scripts: judged.flatMap(({ index, scripts }, at) => scripts.map(({ file, shebang }) => ({ source: sourcesOf[at]!.get(file) ?? new LaterText(inputs[index]!, file), file, ...(shebang && { shebang }) }))),
    verdict: sortVerdicts(groups.map(({ verdict }) => verdict)),
    sources: sourcesOf.flatMap((sources) => [...sources.values()]),
    remarked: judged.flatMap(({ remarked }, at) => remarked.map((file) => sourcesOf[at]!.get(file)!)),
  };
}

/** A text that is read again when somebody asks for it: those of ten thousand hosts are not kept. */
class LaterText implements SourceText {
  readonly #input: HostInput;
  readonly file: string;

  constructor(input: HostInput, file: string) {
    this.#input = input;
    this.file = file;
  }

  get host(): string {
    return this.#input.name;
  }

  get text(): string {
    const carried = this.#input.carried?.textOf(this.file);
    if (carried !== undefined) return carried;
    const read = this.#input.files.read(this.file);
    // It was a text a moment ago.
    return read.state === 'text' ? read.text : '';
  }

  get lineStarts(): readonly number[] {
    return sourceText(this.host, this.file, this.text).lineStarts;
  }
}
