import type { Span } from '../base/origin.ts';
import type { Service } from './service.ts';
import type { Said } from './vrrp.ts';

/** What one ldirectord.cf says beyond the IPVS table that it makes. */
export interface LdirectordConfig {
  /** The permissions of the file, where they are known. */
  readonly mode?: number;
  /** One process a virtual, so that one does not wait for the checks of another. */
  readonly forks: boolean;
  readonly virtuals: readonly LdirectordVirtual[];
}

/** How one virtual is checked. */
export interface LdirectordVirtual {
  readonly key: Service['key'];
  readonly at: Span;
  /** Real servers that one check after the other asks. */
  readonly servers: number;
  /** Seconds between two rounds of checks. Absent: left out (10). */
  readonly interval?: Said<number>;
  /** Seconds after which a check that is not answered has failed: of the kind of check that the virtual has (`ldirectord: ld_setup()`). Absent: left out. */
  readonly timeout?: Said<number> & { readonly name: string };
  /** Where the file holds passwords and shared secrets, those of anonymous FTP left out. What they are is kept nowhere. */
  readonly secrets: readonly { readonly name: string; readonly at: Span }[];
}

/** Seconds between two rounds where no line says them. */
export const defaultInterval = 10;
