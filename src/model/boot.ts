import type { Span } from '../base/origin.ts';
import type { Host } from './host.ts';
import type { Managed } from './managed.ts';
import type { Release } from './release.ts';
import type { Said } from './vrrp.ts';

/** What a host's files say of its start apart from addresses, parameters and scripts. */
export interface BootFacts {
  /** Options with which modules are loaded (`options ip_vs conn_tab_bits=20`). */
  readonly moduleOptions: readonly ModuleOption[];
  /** Kernels that are installed, with those of their build options that LVS hangs on. */
  readonly kernels: readonly KernelBuild[];
  readonly ipvsadm: IpvsadmService;
  /** Services that links of runlevels or targets, or scripts of boot, speak of, started or stopped; absent: no link was seen. */
  readonly started?: ReadonlySet<string>;
  /** The distribution, where a file tells it. */
  readonly release?: Release;
  /** Whether initscripts' network-scripts are installed, which read the aliases of ifcfg files. */
  readonly networkScripts?: true;
  /** SELinux's mode at boot: enforcing, permissive, disabled. */
  readonly selinux?: Said<string>;
  /** A cluster manager (heartbeat) may start scripts of init.d by itself. */
  readonly resources?: true;
}

/** One option of a module in a file of modprobe.d(5). */
export interface ModuleOption {
  readonly module: string;
  readonly option: string;
  readonly value: string;
  readonly at: Span;
  /** modprobe takes files of modprobe.d by their ending .conf only. */
  readonly read: boolean;
}

/** `/boot/config-*` of one kernel. */
export interface KernelBuild {
  /** `6.1.0-18-amd64` */
  readonly release: string;
  /** The file's beginning. */
  readonly at: Span;
  /** By name without `CONFIG_`: `y`, `m`, or `n` where the line says that it is not set. */
  readonly options: ReadonlyMap<string, Said<string>>;
}

/** The distribution's service that restores a saved IPVS table. */
export interface IpvsadmService {
  /** The first command of the saved table. */
  readonly saved?: Span;
  /** Whether boot starts it; absent: that was not seen. `note`: how it is known. */
  readonly atBoot?: Said<boolean> & { readonly note: string };
  /** Whether it saves the table of the kernel when it stops, or is restarted. */
  readonly saves: readonly (Said<boolean> & { readonly name: string })[];
}

/** Whether a kernel was built with an option, as a module or within. */
export function builtWith(kernel: KernelBuild, option: string): boolean {
  const value = kernel.options.get(option)?.value;
  return value === 'y' || value === 'm';
}

/** Where a kernel's file says that it lacks an option: its line, else the file's beginning. */
export function lackingAt(kernel: KernelBuild, option: string): Span {
  return kernel.options.get(option)?.at ?? kernel.at;
}

/** Services that a health checker makes. */
export function checkerOf(host: Pick<Host, 'services'>): Managed['by'] | undefined {
  return host.services.find((service) => service.managed)?.managed?.by;
}

/** Major and minor number of a kernel's release: 5 and 10 of `5.10.0-28-amd64`; zeros where it has none. */
export function releaseOf(release: string): readonly [number, number] {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  return [Number(major), Number(minor)];
}

/** Whether ip_vs is there before sysctl files are read and scripts run: built in, or loaded by a list of modules or a file of Red Hat’s sysconfig/modules. */
export function ipvsThereAtBoot(host: Host): boolean {
  const kernels = host.boot?.kernels ?? [];
  if (kernels.length > 0 && kernels.every((kernel) => builtWith(kernel, 'IP_VS') && kernel.options.get('IP_VS')?.value === 'y')) return true;
  return host.modules.some(({ module, at }) => /^ip_vs(?:_|$)/.test(module) && /(?:^|\/)(?:modules-load\.d\/|etc\/modules$|sysconfig\/modules\/|initramfs-tools\/modules$)/.test(at.file));
}
