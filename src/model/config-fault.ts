import type { Confidence } from '../base/fact.ts';
import type { Span } from '../base/origin.ts';

/**
 * A line that the program which reads it refuses, drops or takes for something else, so that the host lacks what its author meant. What a parser cannot turn into a fact is kept here, in the program's own terms:
 * whether it matters is for rules to say.
 */
export interface ConfigFault {
  readonly kind: FaultKind;
  readonly program: 'keepalived' | 'ldirectord' | 'pulse' | 'ipvsadm' | 'networkd' | 'sysctl' | 'modules-load' | 'initscripts';
  /** The word or line that is at fault. */
  readonly at: Span;
  /** The whole statement, where `at` is only its word. */
  readonly line?: Span;
  /** The word as written: `weigth`, `dr`; of a doubled service or destination, its name: `10.0.0.1:80/tcp`. */
  readonly found: string;
  /** What was most likely meant. */
  readonly nearest?: string;
  /** Where the word stands (`virtual_server`), and where it belongs. */
  readonly block?: string;
  readonly belongs?: readonly string[];
  /** The line that it clashes with. */
  readonly other?: Span;
  /** What the program does instead, as a clause: `keepalived drops the line`. */
  readonly outcome: string;
  /** Releases of the program that are at odds with the line: from `since` on, up to `upTo`. */
  readonly releases?: { readonly since?: string; readonly upTo?: string };
  readonly confidence: Confidence;
}

/**
 * `unknown-keyword`, `misplaced-keyword`, `removed-keyword`: a word that its program does not take at this place. `newer-keyword`: one that older releases do not know. `foreign-keyword`: a word of another program’s files. `keyword-twice`: only one of two lines counts. `setting-absent`: a block lacks a line without which it is dropped; `found` is that line's keyword. `check-incomplete`: a health check lacks `found`, which says what to check. `name-undefined`: a name that no `block` defines. `unbalanced-brace`: a block is not closed, or closed twice.
 * `forwarding-refused`, `scheduler-refused`, `protocol-refused`, `persistence-refused`, `weight-refused`, `address-refused`: a value that is none. `port-refused`: port 0 of a service that is not persistent; `threshold-refused`: the lower one above the upper; `name-for-address`: a saved table holds a host name; `command-refused`: a line of ipvsadm options with another mistake, `found` says which. `service-twice`, `destination-twice`, `destination-without-service`: an entry that
 * the table does not take. `real-servers-absent`: a service without destinations. `file-unread`: boot does not read the file that the line is in. `file-hidden`: another file stands for the device, and this one is not applied.
 */
export type FaultKind =
  | 'unknown-keyword'
  | 'misplaced-keyword'
  | 'removed-keyword'
  | 'newer-keyword'
  | 'foreign-keyword'
  | 'keyword-twice'
  | 'setting-absent'
  | 'check-incomplete'
  | 'name-undefined'
  | 'unbalanced-brace'
  | 'forwarding-refused'
  | 'scheduler-refused'
  | 'protocol-refused'
  | 'persistence-refused'
  | 'weight-refused'
  | 'address-refused'
  | 'value-refused'
  | 'port-refused'
  | 'threshold-refused'
  | 'command-refused'
  | 'name-for-address'
  | 'service-twice'
  | 'destination-twice'
  | 'file-hidden'
  | 'file-unread'
  | 'destination-without-service'
  | 'real-servers-absent';
