import type { Span } from '../../base/origin.ts';
import type { KeepalivedStatement, KeepalivedWord } from './read.ts';

/** A line with what stands in the block that it opens. */
export interface Node {
  readonly keyword: string;
  readonly words: readonly KeepalivedWord[];
  readonly statement: KeepalivedStatement;
  readonly children: readonly Node[];
}

/** Statements of a file, those of its includes in their places, as a tree. Lines that keepalived drops are in it, marked by their state. */
export function treeOf(statements: readonly KeepalivedStatement[]): readonly Node[] {
  const roots: Node[] = [];
  const stack: { readonly children: Node[] }[] = [];
  let last: { readonly children: Node[] } | undefined;
  for (const statement of statements) {
    if (statement.unclosed) stack.length = 0;
    if (statement.kind === 'open' && last) stack.push(last);
    else if (statement.kind === 'close') stack.pop();
    else if (statement.kind === 'none' && statement.brace === '{') stack.push(stack.at(-1) ?? { children: roots });
    else if (statement.kind === 'line') {
      const node = { keyword: statement.words[0]!.text, words: statement.words, statement, children: [] as Node[] };
      (stack.at(-1)?.children ?? roots).push(node);
      last = node;
    }
  }
  return roots;
}

/** Whether keepalived takes the line: it is spelt right and stands where it belongs. */
export function counts(node: Node): boolean {
  return node.statement.fault === undefined && !node.statement.dead && node.statement.state !== 'wrong' && node.statement.state !== 'unread';
}

/** Lines of a keyword that count, in order. */
export function all(nodes: readonly Node[], ...keywords: readonly string[]): readonly Node[] {
  return nodes.filter((node) => keywords.includes(node.keyword) && counts(node));
}

/** The line of a keyword that wins: the last. Undefined when there is none, and when it depends on a condition which it is. */
export function last(nodes: readonly Node[], ...keywords: readonly string[]): Node | undefined {
  const found = all(nodes, ...keywords);
  if (!found.some((node) => node.statement.condition !== undefined)) return found.at(-1);
  return undefined;
}

/** Whether lines of a keyword stand under a condition. */
export function isConditional(nodes: readonly Node[]): boolean {
  return nodes.some((node) => node.statement.condition !== undefined || isConditional(node.children));
}

/** The place of a whole line. */
export function lineOf(node: Node): Span {
  return node.statement.at;
}

/** The number that a word writes, within bounds. */
export function numberIn(word: KeepalivedWord | undefined, low: number, high: number): number | undefined {
  if (!word || !/^\d{1,10}$/.test(word.text)) return undefined;
  const value = Number(word.text);
  return value >= low && value <= high ? value : undefined;
}
