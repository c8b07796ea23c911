import type { Confidence } from '../base/fact.ts';
import type { Origin, Span } from '../base/origin.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Host } from '../model/host.ts';
import type { Script } from '../model/script.ts';
import type { FactKind } from '../model/words.ts';
import type { ReleaseSpan } from './versions.ts';

export const families = ['arp', 'boot', 'fwmark', 'ipv6', 'keepalived', 'ldirectord', 'netfilter', 'persistence', 'piranha', 'route', 'script', 'service', 'sync', 'sysctl', 'tunnel', 'vip', 'vrrp'] as const;
export type Family = (typeof families)[number];
export type RuleId = `${Family}/${string}`;
export const severities = ['error', 'warning', 'info'] as const;
/** `error`: breaks traffic, failover or boot; `warning`: breaks it under a condition that is likely; `info`: harmless, or a habit. */
export type Severity = (typeof severities)[number];

/** What a rule looks at. `script`: one script and the host that it lies on; `host`: one host, with the cluster as far as it is known; `cluster`: all hosts. */
export interface Subjects {
  readonly script: { readonly script: Script; readonly host: Host };
  readonly host: { readonly host: Host; readonly cluster: Cluster };
  readonly cluster: Cluster;
}
export type Scope = keyof Subjects;

/** One place beside the primary one, with its own note. */
export interface Place {
  readonly at: Origin;
  readonly note: string;
}

/** A replacement of the text in `at` (an empty stretch inserts). */
export interface Edit {
  readonly at: Span;
  readonly text: string;
}

/** `safe`: a healthy host behaves as before. */
export interface Fix {
  readonly title: string;
  readonly safe: boolean;
  readonly edits: readonly [Edit, ...Edit[]];
}

/** What a rule yields. The note is lower case, quotes the value found and names the other place; no full stop. Confidence is `certain` when left out. */
export interface Problem {
  readonly at: Span;
  readonly note: string;
  readonly related?: readonly Place[];
  readonly confidence?: Confidence;
  readonly fix?: Fix;
  /** It holds for some releases of a program only. */
  readonly releases?: ReleaseSpan;
}

/** What a rule yields where it concerns a host but lacks a fact: the engine reports it as skipped. */
export interface Lack {
  readonly lacks: FactKind;
  readonly host: string;
}

/** Why a rule may be believed. */
export type Proof =
  | { readonly kind: 'kernel-run'; readonly breaks: 'connect' | 'balance' | 'failover' | 'persistence' | 'source-address' | 'boot' }
  | { readonly kind: 'kernel-source'; readonly version: string; readonly cite: string; readonly quote: string }
  | { readonly kind: 'manual'; readonly cite: string; readonly quote: string };

export interface RuleDocs {
  /** The state that is reported, in a sentence or two. */
  readonly what: string;
  /** What it does to packets, connections or boot. */
  readonly why: string;
  /** The command or line first, the reason second. */
  readonly repair: string;
  readonly exceptions?: string;
  readonly references: readonly string[];
}

export interface RuleOf<S extends Scope> {
  /** Its path under rules/, and the word in an ignore comment. */
  readonly id: RuleId;
  readonly scope: S;
  readonly severity: Severity;
  /** One full sentence, nothing of the case at hand. */
  readonly title: string;
  /** Kinds of facts that it reads. A check says where one is missing by yielding a `Lack`, and only for hosts that it would have judged. */
  readonly needs: readonly [FactKind, ...FactKind[]];
  readonly docs: RuleDocs;
  readonly proof: readonly [Proof, ...Proof[]];
  /** Rules that say the same in general: on a host where this rule speaks, they are silent. */
  readonly silences?: readonly RuleId[];
  readonly since: string;
  readonly formerly?: readonly RuleId[];
  check(subject: Subjects[S]): Iterable<Problem | Lack>;
}

export type Rule = RuleOf<'script'> | RuleOf<'host'> | RuleOf<'cluster'>;

/** A rule over one script. */
export function scriptRule(rule: Omit<RuleOf<'script'>, 'scope'>): RuleOf<'script'> {
  return { ...rule, scope: 'script' };
}

/** A rule over one host. */
export function hostRule(rule: Omit<RuleOf<'host'>, 'scope'>): RuleOf<'host'> {
  return { ...rule, scope: 'host' };
}

/** A rule over all hosts at once. */
export function clusterRule(rule: Omit<RuleOf<'cluster'>, 'scope'>): RuleOf<'cluster'> {
  return { ...rule, scope: 'cluster' };
}

/** A problem with the rule's name and severity on it: what a report shows. */
export interface Finding extends Problem {
  /** A RuleId, or `shellcheck/SC2086`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly confidence: Confidence;
}

/** A rule that concerned a host but could not judge it. */
export interface Skipped {
  readonly rule: string;
  readonly host: string;
  readonly needs: readonly FactKind[];
}
