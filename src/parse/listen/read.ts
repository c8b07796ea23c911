import { parseIp, type Ip } from '../../base/ip.ts';
import { compareSpans } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import { linesOf, spanIn, trimmed, type Line } from '../lines.ts';
import type { Statement } from '../statement.ts';

/** One line of a web server's or database's configuration: where it listens. `ip` undefined: on every address; `unknown`: the address or port cannot be known. `server`: a server block of nginx begins or ends here. */
export type ListenStatement = Statement & ({ readonly kind: 'listen'; readonly ip: Ip | undefined; readonly port: number | undefined; readonly unknown?: true } | { readonly kind: 'port'; readonly port: number } | { readonly kind: 'server' | 'end' } | { readonly kind: 'none' });

/** Reads a file of nginx, Apache (`Listen`) or MySQL (`bind-address`, `port`), by its path. */
export function readListen(source: SourceText): readonly ListenStatement[] {
  if (/nginx/.test(source.file)) return readNginx(source);
  const mysql = /(?:mysql|mariadb|my\.cnf)/.test(source.file);
  let section = '';
  return linesOf(source).map((line): ListenStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (!mysql) return apache(source, line, body.text, at);
    section = /^\[(\w+)/.exec(body.text)?.[1] ?? section;
    const [, key, value] = /^(bind[-_]address|port)\s*=\s*([^\s#]+)/i.exec(body.text) ?? [];
    if (key === undefined || !/^(?:mysqld|mariadb|server)/.test(section)) return { kind: 'none', at, state: 'ignored' };
    if (key.toLowerCase() === 'port') return { kind: 'port', at, state: 'modelled', port: Number(value) };
    // `bind-address = 10.0.0.1,127.0.0.1`: one statement stands for the first that is every address, else for all as unknown.
    const ends = value!.split(',').map(endOf);
    const [only] = ends;
    return ends.length === 1 && only ? { kind: 'listen', at, state: 'modelled', ip: only.ip, port: undefined, ...(only.unknown ? { unknown: true } : {}) } : { kind: 'listen', at, state: 'partly', ip: undefined, port: undefined, unknown: true, note: 'several addresses' };
  });
}

function apache(source: SourceText, line: Line, text: string, at: Statement['at']): ListenStatement {
  const [, where] = /^Listen\s+("?[^\s"]+"?)/i.exec(text) ?? [];
  if (where === undefined) return { kind: 'none', at, state: 'ignored' };
  const end = endOf(where.replaceAll('"', ''));
  return { kind: 'listen', at: spanIn(source, line, trimmed(line.text).from, trimmed(line.text).to), state: 'modelled', ip: end.ip, port: end.port, ...(end.unknown || end.port === undefined ? { unknown: true } : {}) };
}

/** Words of nginx up to `;`, `{` and `}`; quotes and comments as nginx has them. */
function readNginx(source: SourceText): readonly ListenStatement[] {
  const found: ListenStatement[] = [];
  const open: string[] = [];
  const token = /#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[;{}]|[^\s;{}"'#]+/g;
  let words: { readonly text: string; readonly from: number; readonly to: number }[] = [];
  for (let match = token.exec(source.text); match; match = token.exec(source.text)) {
    const [text] = match;
    if (text.startsWith('#')) continue;
    if (text !== ';' && text !== '{' && text !== '}') {
      words.push({ text: text.replace(/^(["'])(.*)\1$/, '$2'), from: match.index, to: match.index + text.length });
      continue;
    }
    const [first] = words;
    const at = spanAt(source, first?.from ?? match.index, match.index + 1);
    if (text === '{') {
      open.push(first?.text ?? '');
      if (first?.text === 'server' && words.length === 1 && !open.includes('upstream')) found.push({ kind: 'server', at, state: 'modelled' });
    } else if (text === '}') {
      if (open.pop() === 'server') found.push({ kind: 'end', at, state: 'ignored' });
    } else if (first?.text === 'listen' && open.at(-1) === 'server' && words[1] && !words[1].text.startsWith('unix:')) {
      const end = endOf(words[1].text);
      const udp = words.some(({ text: word }) => word === 'udp' || word === 'quic');
      if (!udp) found.push({ kind: 'listen', at, state: 'modelled', ip: end.ip, port: end.port ?? (end.unknown ? undefined : 80), ...(end.unknown ? { unknown: true } : {}) });
    }
    words = [];
  }
  const covered = new Set(found.flatMap(({ at }) => Array.from({ length: at.endLine - at.line + 1 }, (_, index) => at.line + index)));
  const others = linesOf(source).map((line): ListenStatement => ({ kind: 'none', at: spanIn(source, line), state: 'ignored' })).filter(({ at }) => !covered.has(at.line));
  return [...found, ...others].sort((a, b) => compareSpans(a.at, b.at));
}

interface End {
  readonly ip: Ip | undefined;
  readonly port: number | undefined;
  readonly unknown?: true;
}

/** `80`, `*:80`, `172.16.1.10:80`, `172.16.1.10`, `[::]:80`, `0.0.0.0`: every address is an undefined one. */
function endOf(text: string): End {
  if (/^\d{1,5}$/.test(text)) return { ip: undefined, port: Number(text) };
  const [, host = '', port] = /^(\[[0-9a-fA-F:]+\]|[^:]*|[0-9a-fA-F:]*::[0-9a-fA-F:]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const number = port === undefined ? undefined : Number(port);
  if (bare === '*' || bare === '0.0.0.0' || bare === '::') return { ip: undefined, port: number };
  const ip = parseIp(bare);
  return ip ? { ip, port: number } : { ip: undefined, port: number, unknown: true };
}
