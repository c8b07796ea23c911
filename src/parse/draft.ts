import type { FileSet, FileRead } from '../base/file-set.ts';
import type { Span } from '../base/origin.ts';
import type { SourceText } from '../base/text.ts';
import type { ConfigFault } from '../model/config-fault.ts';
import type { FilterChain, FilterLine } from '../model/filter.ts';
import type { Address, Device, Listener, Route } from '../model/host.ts';
import type { HeartbeatConfig } from '../model/heartbeat.ts';
import type { LdirectordConfig } from '../model/ldirectord.ts';
import type { PiranhaConfig } from '../model/piranha.ts';
import type { Script } from '../model/script.ts';
import type { Service, SyncDaemon } from '../model/service.ts';
import type { Assignment } from '../model/sysctl.ts';
import type { KeepalivedConfig, VrrpInstance } from '../model/vrrp.ts';
import type { FactKind } from '../model/words.ts';
import type { BootDraft } from './boot.ts';
import type { Statement, StatementState } from './statement.ts';

/** A host while its files are applied to it, in the order in which boot would. The only mutable thing in the house; `assemble/host.ts` freezes it into a `Host`. */
export interface HostDraft {
  readonly name: string;
  readonly files: FileSet;
  readonly devices: Map<string, Device>;
  readonly addresses: Address[];
  readonly routes: Route[];
  readonly sysctls: Map<string, Assignment[]>;
  readonly services: Service[];
  readonly syncDaemons: SyncDaemon[];
  readonly modules: { module: string; at: Span }[];
  readonly scripts: Script[];
  vrrp?: VrrpInstance[];
  keepalived?: KeepalivedConfig;
  piranha?: PiranhaConfig;
  heartbeat?: HeartbeatConfig;
  ldirectord?: LdirectordConfig[];
  faults?: ConfigFault[];
  filterLines?: FilterLine[];
  nftChains?: FilterChain[];
  filtersArp?: true;
  filterUnread?: true;
  boot?: BootDraft;
  listeners?: Listener[];
  readonly seen: Set<FactKind>;
}

/** What was read of a host besides its facts: counted lines, lines not understood, files that could not be read. */
export interface ReadLog {
  /** Files whose text was read, in order. */
  readonly files: SourceText[];
  readonly unread: { readonly at: Span; readonly text: string }[];
  readonly unreadable: Exclude<FileRead, { state: 'text' } | { state: 'absent' }>[];
  readonly counts: Record<StatementState, number>;
}

/**
 * A kind of configuration file. `globs` are the only places that are opened; `read` turns text into statements and never throws; `apply` puts
 * the facts of all files of the kind, in their order of precedence, on the draft.
 */
export interface Kind<S extends Statement> {
  readonly name: string;
  readonly globs: readonly string[];
  /** Whether a file found by the globs is one of the kind, by its name and text (`sysctl.d` takes only *.conf; an init.d file must be a script). */
  accepts?(source: SourceText): boolean;
  read(source: SourceText): readonly S[];
  apply(files: readonly ParsedFile<S>[], draft: HostDraft): void;
}

export interface ParsedFile<S extends Statement> {
  readonly source: SourceText;
  readonly mode?: number;
  readonly statements: readonly S[];
}
