import { spanAt, type SourceText } from '../base/text.ts';
import type { Span } from '../base/origin.ts';

/** An element of a small XML file. Text between elements is left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Its text, without that of elements within. */
  text: string;
  readonly children: XmlElement[];
  /** Its start tag. */
  readonly at: Span;
}

const maxElements = 20_000;
const maxDepth = 32;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The root element of a text; undefined where it is no well-formed XML of the plain sort: elements, attributes, comments, the five entities and no document type. Never throws. */
export function readXml(source: SourceText): XmlElement | undefined {
  const { text } = source;
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let count = 0;
  while (at < text.length) {
    const tag = text.indexOf('<', at);
    const between = text.slice(at, tag < 0 ? text.length : tag);
    const inner = open.at(-1);
    if (inner) inner.text += plain(between) ?? '';
    else if (between.trim() !== '') return undefined;
    if (tag < 0) break;
    if (text.startsWith('<!--', tag)) {
      const end = text.indexOf('-->', tag + 4);
      if (end < 0) return undefined;
      at = end + 3;
      continue;
    }
    if (text.startsWith('<?', tag)) {
      const end = text.indexOf('?>', tag + 2);
      if (end < 0) return undefined;
      at = end + 2;
      continue;
    }
    const found = tagAt(text, tag);
    if (!found || ++count > maxElements) return undefined;
    at = found.end;
    if (found.closes) {
      if (open.pop()?.name !== found.name) return undefined;
      continue;
    }
    const element: XmlElement = { name: found.name, attributes: found.attributes, text: '', children: [], at: spanAt(source, tag, found.end) };
    if (inner) inner.children.push(element);
    else if (root) return undefined;
    else root = element;
    if (!found.whole) open.push(element);
    if (open.length > maxDepth) return undefined;
  }
  return open.length === 0 ? root : undefined;
}

function tagAt(text: string, from: number): { readonly name: string; readonly closes: boolean; readonly whole: boolean; readonly attributes: Map<string, string>; readonly end: number } | undefined {
  const head = sticky(/<(\/?)([A-Za-z_][\w.-]*)\s*/y, text, from);
  if (!head) return undefined;
  const attributes = new Map<string, string>();
  let at = from + head[0].length;
  for (let one = sticky(/([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')\s*/y, text, at); one; one = sticky(/([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')\s*/y, text, at)) {
    const value = plain(one[2] ?? one[3]!);
    if (value === undefined || attributes.has(one[1]!) || attributes.size > 50) return undefined;
    attributes.set(one[1]!, value);
    at += one[0].length;
  }
  const tail = sticky(/(\/?)>/y, text, at);
  if (!tail || (head[1] === '/' && (attributes.size > 0 || tail[1] === '/'))) return undefined;
  return { name: head[2]!, closes: head[1] === '/', whole: tail[1] === '/', attributes, end: at + tail[0].length };
}

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** A text with its entities resolved; undefined: one of them is not known. */
function plain(text: string): string | undefined {
  let known = true;
  const resolved = text.replace(/&([^;&]{0,10});?/g, (_whole, name: string) => {
    if (!Object.hasOwn(entities, name)) known = false;
    return entities[name] ?? '';
  });
  return known ? resolved : undefined;
}
