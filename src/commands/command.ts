import { nearest } from '../base/text.ts';

/** What a command may touch of the outside world besides the disk. Only cli.ts prints and exits; a command is given these. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Names the very sources that the program was built from; undefined when it runs from them. */
  readonly edition?: string;
  /** Results go to stdout. */
  out(text: string): void;
  /** Resolves when whoever reads stdout has taken what was written: a slow reader must not fill our memory. */
  drained?(): Promise<void>;
  /** Messages go to stderr. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Standard input and output as streams, for a protocol. */
  readonly streams?: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream };
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask?: (question: string) => Promise<string>;
  /** All of standard input, at most so many bytes (`maxFileBytes`). Throws UsageError for more. */
  stdin(most?: number): Promise<Uint8Array>;
}

/** Exit codes of the contract. */
export const exit = { clean: 0, findings: 1, usage: 2, unreadable: 3 } as const;

/** Values of parsed options, by long name. */
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One option of a command: the same row parses it and writes its help. */
export interface OptionRow {
  readonly name: string;
  readonly short?: string;
  /** Placeholder of the value; a flag without. */
  readonly value?: string;
  readonly multiple?: boolean;
  /** The only values that are right. */
  readonly choices?: readonly string[];
  readonly help: string;
}

/** One command: the same row finds it, parses its options, and writes its help. */
export interface CommandRow {
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  readonly details?: string;
  /** How many operands it takes. */
  readonly max: number;
  readonly options: readonly OptionRow[];
  load(): Promise<{ run(operands: readonly string[], values: Values, io: Io): Promise<number> }>;
}

/** Wrong use: ends with exit code 2 and this message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** 2026-01-01: what dates of a package say when SOURCE_DATE_EPOCH says nothing else. */
const defaultEpoch = 1_767_225_600;

/** The date of everything that is packed, in seconds since 1970: SOURCE_DATE_EPOCH (reproducible-builds.org), else always the same one. */
export function epochOf(io: Io): number {
  const epoch = Number(io.env['SOURCE_DATE_EPOCH'] ?? defaultEpoch);
  if (!Number.isSafeInteger(epoch) || epoch < 0 || epoch > 253_402_300_799) throw new UsageError(`SOURCE_DATE_EPOCH is seconds since 1970; found '${io.env['SOURCE_DATE_EPOCH']}'`);
  return epoch;
}

/** Refuses a `--host` that a spec does not have. */
export function refuseUnknownHosts(wanted: readonly string[], names: readonly string[]): void {
  for (const host of wanted) {
    if (names.includes(host)) continue;
    const near = nearest(host, names);
    throw new UsageError(`--host ${host}: the spec has no such host${near ? `; did you mean '${near}'?` : ''} (${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''})`);
  }
}

/** A string option. */
export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of an option that may be given several times. */
export function texts(values: Values, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
}

/** Whether to colour: the flag, else NO_COLOR and the terminal. */
export function wantsColor(values: Values, io: Io, terminal: boolean): boolean {
  const asked = text(values, 'color') ?? 'auto';
  return asked === 'always' || (asked === 'auto' && terminal && !io.env['NO_COLOR'] && io.env['TERM'] !== 'dumb');
}
