import type { Host } from './host.ts';
import type { Span } from '../base/origin.ts';

/** The distribution that a host says it is. */
export interface Release {
  /** The word of os-release(5) in lower case: `debian`, `rhel`, `centos`; `rhel` for every redhat-release. */
  readonly id: string;
  /** As written: `7.9`; absent: rolling. */
  readonly version?: string;
  readonly at: Span;
}

/** The number in front of the version's first dot. */
export function majorOf(release: Release): number | undefined {
  const number = parseInt(release.version ?? '', 10);
  return Number.isNaN(number) ? undefined : number;
}

/** Whether it is Red Hat's distribution or one that is built from it. */
export function isRedHat({ id }: Release): boolean {
  return /^(?:rhel|centos|rocky|almalinux|ol|scientific|amzn|eurolinux|virtuozzo|anolis|openeuler|alinux|tencentos|opencloudos)$/.test(id);
}

/** What starts a host: by its distribution's release; undefined: not known. */
export function initSystemOf(host: Pick<Host, 'boot'>): 'sysv' | 'systemd' | undefined {
  const release = host.boot?.release;
  const major = release && majorOf(release);
  if (!release) return undefined;
  if (release.id === 'amzn') return major === undefined ? undefined : major > 2000 ? 'sysv' : 'systemd';
  if (release.id === 'arch') return 'systemd';
  const first = isRedHat(release) ? 7 : ({ debian: 8, ubuntu: 15, fedora: 15, 'opensuse-leap': 15, sles: 12 } as Readonly<Record<string, number>>)[release.id];
  return first === undefined || major === undefined ? undefined : major >= first ? 'systemd' : 'sysv';
}
