import { parse, type MemberNode, type ObjectNode, type ValueNode } from '@humanwhocodes/momoa';
import type { Span } from '../base/origin.ts';
import { positionAt, spanAt, type SourceText } from '../base/text.ts';
import { jsonFlaw } from './json-flaw.ts';
import { show } from './show.ts';
import type { SpecPath } from './spec.ts';

/** A JSON text as a value that knows its places. */
export interface JsonTree {
  /** As JSON.parse gives it: of a key that is written twice the last one counts. */
  readonly value: unknown;
  readonly duplicates: readonly Found[];
  /** The value at a path, or of the nearest ancestor that is written; `key` for the place of its key, `start` for the value without what stands inside its brackets. */
  locate(path: SpecPath, part?: Part): Span;
}

export type Part = 'value' | 'key' | 'start';

/** A problem before it has its place. */
export interface Found {
  readonly path: SpecPath;
  readonly note: string;
  /** `value` when left out. */
  readonly part?: Part;
  /** A place that no path names: the second of two equal keys. */
  readonly at?: Span;
}

/** Parses a JSON text, strictly. The first place where it is no JSON comes back as the only problem: what follows would be guesswork. */
export function parseJson(source: SourceText): JsonTree | { readonly at: Span; readonly note: string } {
  const flaw = jsonFlaw(source);
  if (flaw) return { at: spanAt(source, flaw.at, flaw.at + flaw.length), note: flaw.note };
  let body: ValueNode;
  try {
    body = parse(source.text, { mode: 'json', ranges: true }).body;
  } catch (error) {
    // The parser is stricter than RFC 8259 somewhere: what it says is better than nothing.
    const offset = (error as { readonly offset?: unknown }).offset;
    return { at: spanAt(source, typeof offset === 'number' ? offset : 0, source.text.length), note: `found text that is no JSON (${show(error instanceof Error ? error.message : error)}), expected a JSON object` };
  }
  const duplicates: Found[] = [];
  const value = evaluate(body, [], source, duplicates);
  return { value, duplicates, locate: locator(source, body) };
}

function evaluate(node: ValueNode, path: SpecPath, source: SourceText, duplicates: Found[]): unknown {
  switch (node.type) {
    case 'Object': {
      const object: Record<string, unknown> = {};
      const seen = new Map<string, MemberNode>();
      for (const member of node.members) {
        const key = keyOf(member);
        const here = [...path, key];
        const first = seen.get(key);
        if (first) duplicates.push({ path: here, note: duplicateNote(key, positionAt(source, first.name.range![0]).line), at: spanAt(source, ...member.name.range!) });
        else seen.set(key, member);
        // Not an assignment: "__proto__" is a key like any other.
        Object.defineProperty(object, key, { value: evaluate(member.value, here, source, duplicates), enumerable: true, writable: true, configurable: true });
      }
      return object;
    }
    case 'Array':
      return node.elements.map((element, index) => evaluate(element.value, [...path, index], source, duplicates));
    case 'String':
    case 'Number':
    case 'Boolean':
      return node.value;
    default:
      return null;
  }
}

function duplicateNote(key: string, line: number): string {
  return `found the key ${show(key)} twice, first on line ${line}, expected it once`;
}

function keyOf(member: MemberNode): string {
  return member.name.type === 'String' ? member.name.value : member.name.name;
}

function locator(source: SourceText, body: ValueNode): JsonTree['locate'] {
  // Members by key, made for an object when it is first asked for: a thousand look-ups are then a thousand steps.
  const members = new Map<ObjectNode, ReadonlyMap<string, MemberNode>>();
  const membersOf = (node: ObjectNode): ReadonlyMap<string, MemberNode> => {
    const known = members.get(node);
    if (known) return known;
    const made = new Map(node.members.map((member) => [keyOf(member), member]));
    members.set(node, made);
    return made;
  };
  return (path, part = 'value') => {
    let node = body;
    let name: MemberNode['name'] | undefined;
    for (const step of path) {
      const member = node.type === 'Object' ? membersOf(node).get(String(step)) : undefined;
      const next = member?.value ?? (node.type === 'Array' && typeof step === 'number' ? node.elements[step]?.value : undefined);
      if (!next) break;
      node = next;
      name = member?.name;
    }
    const [start, end] = part === 'key' && name ? name.range! : node.range!;
    const brackets = node.type === 'Object' || node.type === 'Array';
    return spanAt(source, start, part === 'start' && brackets ? start + 1 : end);
  };
}
