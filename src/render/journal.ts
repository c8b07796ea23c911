import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { singleFile } from '../base/file-set.ts';
import { obstacle } from './tree.ts';

/**
 * What a render that writes into a tree is about to do, in a file at the tree's root while it does: nobody else writes there meanwhile, and what a killed or crashed render left half-way
 * the next one brings to its end (files that were taking their places) or takes away (files that were still being written).
 */
export const journalName = '.lvs-gen.journal';

/** A file under its temporary name, and its place. Both below the tree. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

interface Journal {
  readonly process: number;
  /** Start of that process as /proc tells it, so that another one with the same number is told apart. */
  readonly since: string;
  readonly machine: string;
  /** `writing`: what stands at `from` may be a part. `placing`: each is whole, and goes to its place. */
  readonly state: 'writing' | 'placing';
  readonly moves: readonly Move[];
}

/** A journal of another machine is believed to be of a live process for so long (ms). */
const patience = 10 * 60_000;

/** Opens the journal; an owner that lives is named in the answer, and nothing is written. Throws what the file system says. */
export function openJournal(out: string, moves: readonly Move[]): { readonly busy: string } | { readonly place: () => void; readonly close: () => void } {
  const path = join(out, journalName);
  const mine: Omit<Journal, 'state'> = { process: process.pid, since: startOf(process.pid), machine: hostname(), moves };
  try {
    writeWhole(path, 'wx', { ...mine, state: 'writing' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { busy: ownerOf(path) ?? 'another render' };
  }
  return {
    place() {
      const next = join(out, `${journalName}.next`);
      writeWhole(next, 'w', { ...mine, state: 'placing' });
      renameSync(next, path);
    },
    close: () => quietly(() => unlinkSync(path)),
  };
}

function writeWhole(path: string, flag: 'w' | 'wx', journal: Journal): void {
  const handle = openSync(path, flag, 0o644);
  try {
    writeFileSync(handle, JSON.stringify(journal));
    fsyncSync(handle);
  } catch (error) {
    quietly(() => unlinkSync(path));
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** Brings to an end what a dead render has left in a tree. `finished`: files that have taken their places now; `busy`: its process lives. */
export function recover(out: string): { readonly finished: readonly string[] } | { readonly busy: string } {
  const path = join(out, journalName);
  const read = singleFile(path).read(path);
  if (read.state === 'absent') return { finished: [] };
  const owner = ownerOf(path);
  if (owner !== undefined) return { busy: owner };
  const journal = read.state === 'text' ? parsed(read.text) : undefined;
  const finished: string[] = [];
  for (const { from, to } of journal?.moves ?? []) {
    if (!isOurs(out, from, to)) continue;
    if (journal!.state === 'writing') quietly(() => unlinkSync(join(out, from)));
    else
      quietly(() => {
        renameSync(join(out, from), join(out, to));
        finished.push(to);
      });
  }
  quietly(() => unlinkSync(`${path}.next`));
  quietly(() => unlinkSync(path));
  return { finished };
}

/** Who holds a journal, while it lives; a journal that is empty or unreadable was being made when its writer died, unless it is new. */
function ownerOf(path: string): string | undefined {
  const journal = quietly(() => parsed(readFileSync(path, 'utf8')));
  const age = quietly(() => Date.now() - statSync(path).mtimeMs) ?? Infinity;
  if (!journal) return age < 2000 ? 'another render' : undefined;
  if (journal.machine !== hostname()) return age < patience ? `process ${journal.process} of ${journal.machine}` : undefined;
  return isAlive(journal) ? `process ${journal.process}` : undefined;
}

function isAlive({ process: number, since }: Journal): boolean {
  try {
    process.kill(number, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(number) === since;
}

/** The clock tick of a process's start; empty where there is no /proc. */
function startOf(number: number): string {
  return quietly(() => readFileSync(`/proc/${number}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')[19]) ?? '';
}

function parsed(text: string): Journal | undefined {
  try {
    const found = JSON.parse(text) as Partial<Journal> | null;
    const whole = typeof found?.process === 'number' && Number.isSafeInteger(found.process) && found.process > 0 && typeof found.since === 'string' && typeof found.machine === 'string' && (found.state === 'writing' || found.state === 'placing') && Array.isArray(found.moves);
    return whole && found.moves!.every((move: unknown) => typeof (move as Move | null)?.from === 'string' && typeof (move as Move).to === 'string') ? (found as Journal) : undefined;
  } catch {
    return undefined;
  }
}

/** Somebody else may have written the journal: only a temporary name of ours beside its place is touched, below the tree, through no link. */
function isOurs(out: string, from: string, to: string): boolean {
  const match = /^(?:(.*)\/)?\.([^/]+)\.\d+\.lvs-gen$/s.exec(from);
  return match !== null && to === (match[1] === undefined ? match[2] : `${match[1]}/${match[2]}`) && obstacle(out, from) === undefined && obstacle(out, to) === undefined;
}

function quietly<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
