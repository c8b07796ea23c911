import type { FileTrace } from '../base/trace.ts';
import type { Host } from '../model/host.ts';
import type { ReadLog } from '../parse/draft.ts';

/**
 * What `facts --format json` prints and `lint` takes in place of trees. Fields may be added within a version; nothing is renamed or removed without a new one.
 * `facts.schema.json` is written from these types.
 */
export interface FactsFile {
  readonly version: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly hosts: readonly HostFacts[];
}

/**
 * One host: the facts themselves, and what judging it needs beside them. Facts are the truth: who changes an address here changes what is judged. Configuration files are not carried; scripts are, since what a
 * script does between two of its lines is judged too, and is worked out anew.
 */
export interface HostFacts extends Omit<Host, 'scripts'> {
  /** False for a file that was named alone: what it does not say is unseen. */
  readonly whole: boolean;
  /** The one path of a host that is a single named file. */
  readonly only?: string;
  /** In the order in which boot runs them. */
  readonly scripts: readonly FactsScript[];
  /** What the scripts asked of other files of the host (what they source, look for and print), with the answers. */
  readonly asked: FileTrace;
  /** Texts of lines, by file and number: those on which facts stand, and comments for lvs-gen. */
  readonly lines: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly log: Omit<ReadLog, 'files'> & { readonly files: readonly string[] };
}

export interface FactsScript {
  readonly file: string;
  readonly service: boolean;
  readonly mode?: number;
  readonly text: string;
}
