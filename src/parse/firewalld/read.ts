import type { SourceText } from '../../base/text.ts';
import { linesOf, spanIn, trimmed } from '../lines.ts';
import type { Statement } from '../statement.ts';
import { readXml, type XmlElement } from '../xml.ts';

/** A setting of firewalld.conf, or one element of a zone, a service or direct.xml; the root element carries all that is within. */
export type FirewalldStatement = Statement & ({ readonly kind: 'setting'; readonly name: string; readonly value: string } | { readonly kind: 'element'; readonly name: string; readonly root?: XmlElement } | { readonly kind: 'none' });

/** Reads a file of /etc/firewalld. Never throws. */
export function readFirewalld(source: SourceText): readonly FirewalldStatement[] {
  return source.file.endsWith('.conf') ? readConf(source) : readFile(source);
}

function readConf(source: SourceText): readonly FirewalldStatement[] {
  return linesOf(source).map((line): FirewalldStatement => {
    const body = trimmed(line.text);
    const at = spanIn(source, line, body.from, body.to);
    if (body.text === '' || /^[#;]/.test(body.text)) return { kind: 'none', at, state: 'ignored' };
    const [, name, value] = /^(\w+)[ \t]*=[ \t]*(.*)$/.exec(body.text) ?? [];
    return name === undefined ? { kind: 'none', at, state: 'unread', note: 'is no setting' } : { kind: 'setting', name, value: value!, at, state: name === 'DefaultZone' ? 'modelled' : 'ignored' };
  });
}

function readFile(source: SourceText): readonly FirewalldStatement[] {
  const root = readXml(source);
  if (!root) return linesOf(source).map((line) => ({ kind: 'none', at: spanIn(source, line), ...(line.text.trim() === '' ? { state: 'ignored' } : { state: 'unread', note: 'the file is no whole XML' }) }) as FirewalldStatement);
  const statements: FirewalldStatement[] = [];
  const lines = new Set<number>();
  const put = (element: XmlElement): void => {
    const { name, at } = element;
    statements.push({ kind: 'element', name, at, state: /^(?:short|description|icmp-block)$/.test(name) ? 'ignored' : 'modelled', ...(element === root && { root }) });
    for (let line = at.line; line <= at.endLine; line++) lines.add(line);
    element.children.forEach(put);
  };
  put(root);
  const rest = linesOf(source).filter(({ number }) => !lines.has(number)).map((line): FirewalldStatement => ({ kind: 'none', at: spanIn(source, line), state: 'ignored' }));
  return [...statements, ...rest].sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}
