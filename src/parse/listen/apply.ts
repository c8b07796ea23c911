import type { HostDraft, ParsedFile } from '../draft.ts';
import type { ListenStatement } from './read.ts';

/** Puts where web servers and databases listen on a draft, as the files say it. A server block of nginx without a listen line has port 80 of every address. */
export function applyListen(files: readonly ParsedFile<ListenStatement>[], draft: HostDraft): void {
  const listeners = (draft.listeners ??= []);
  for (const { source, statements } of files) {
    const mysql = /(?:mysql|mariadb|my\.cnf)/.test(source.file);
    const program = mysql ? 'mysqld' : /nginx/.test(source.file) ? 'nginx' : 'httpd';
    const port = statements.findLast((statement) => statement.kind === 'port')?.port ?? (mysql ? 3306 : undefined);
    statements.forEach((statement, index) => {
      const { at } = statement;
      if (statement.kind === 'listen') listeners.push({ program, ip: statement.ip, port: statement.port ?? port, known: statement.unknown !== true, at });
      else if (statement.kind === 'server' && statements.slice(index + 1).find(({ kind }) => kind !== 'none')?.kind !== 'listen') listeners.push({ program, ip: undefined, port: 80, known: true, at });
    });
  }
}
