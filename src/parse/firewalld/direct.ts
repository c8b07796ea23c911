import type { FilterLine } from '../../model/filter.ts';
import { savedLine, savedWords } from '../shell/commands/firewall.ts';
import { plainArg } from '../shell/commands/invocation.ts';
import type { XmlElement } from '../xml.ts';

/**
 * The rules of direct.xml (firewalld.direct(5)) of the tables mangle, nat and raw, as lines of iptables. Undefined: there are others. A rule of the table filter lets in for good what it accepts, or not, as the backend has it,
 * and chains of the user's may be jumped to from anywhere.
 */
export function directLines(root: XmlElement): readonly FilterLine[] | undefined {
  if (root.name !== 'direct') return undefined;
  const lines: FilterLine[] = [];
  for (const { name, attributes, text, at } of root.children) {
    const tool = attributes.get('ipv') === 'ipv6' ? 'ip6tables' : 'iptables';
    if (!/^ipv[46]$/.test(attributes.get('ipv') ?? '') || (name !== 'rule' && name !== 'passthrough')) return undefined;
    const written = savedWords(text.trim()).map((word) => word.text);
    const option = written.findIndex((word) => word === '-t' || word === '--table');
    const table = name === 'rule' ? attributes.get('table') : option >= 0 ? written[option + 1] : 'filter';
    const rest = option >= 0 ? written.filter((_word, index) => index !== option && index !== option + 1) : written;
    const words = (name === 'rule' ? ['-A', attributes.get('chain') ?? '', ...rest] : rest).map((word) => plainArg(word, at));
    if (!/^(?:mangle|nat|raw)$/.test(table ?? '')) return undefined;
    const effects = savedLine(words, tool, table!);
    if (typeof effects === 'string' || effects.some(({ does }) => does !== 'add')) return undefined;
    lines.push(...effects.map((effect) => ({ effect, at })));
  }
  return lines;
}
