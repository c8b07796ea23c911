import type { BootFacts, IpvsadmService, KernelBuild, ModuleOption } from '../model/boot.ts';
import type { Release } from '../model/release.ts';
import type { HostDraft } from './draft.ts';

/** A host's boot facts while its files are applied. */
export interface BootDraft {
  readonly moduleOptions: ModuleOption[];
  readonly kernels: KernelBuild[];
  ipvsadm: IpvsadmService;
  started?: ReadonlySet<string>;
  resources?: true;
  release?: Release;
  networkScripts?: true;
  selinux?: NonNullable<BootFacts['selinux']>;
}

/** The boot facts of a draft, made at the first call. */
export function bootOf(draft: HostDraft): BootDraft {
  return (draft.boot ??= { moduleOptions: [], kernels: [], ipvsadm: { saves: [] } });
}
