import { join } from 'node:path';
import type { Look } from '../commands/look.ts';
import type { Report } from '../report/report.ts';

/** A report over a case's tree, with paths as the current folder would open them. */
export function reportOf(look: Look, folder: string, color: boolean): Report {
  const sources = new Map(look.sources.map((source) => [`${source.host}\0${source.file}`, source]));
  return {
    version: '0.0.0-dev',
    hosts: look.cluster.hosts.map(({ name, root, roles }) => ({ name, root, roles })),
    findings: look.verdict.findings,
    skipped: look.verdict.skipped,
    unread: look.hosts.flatMap(({ log }) => log.unread),
    files: look.sources.length,
    openPath: (host, file) => join(folder, host, file),
    source: (host, file) => sources.get(`${host}\0${file}`),
    color,
    quiet: false,
  };
}
