/**
 * Text of which a part may be unknown. Two characters that no file can bring (noncharacters of Unicode) stand for what is not known, so that joining,
 * splitting at `:` and matching need no other type.
 */

/** Any text, of any length. */
export const unknownText = '\uFFFF';

/** Any text that a glob star stands for: a name in a folder that nobody can list. */
export const anyText = '\uFFFE';

const unknownPattern = /[\uFFFE\uFFFF]/;

/** Longer values are not followed. */
export const maxValueLength = 65_536;

/** Whether every character is known. */
export function isKnown(text: string): boolean {
  return !unknownPattern.test(text);
}

/** The text when all of it is known. */
export function knownText(text: string): string | undefined {
  return unknownPattern.test(text) ? undefined : text;
}

/** Text of bounded length. */
export function bounded(text: string): string {
  return text.length > maxValueLength ? unknownText : text;
}

/** Whether two texts are equal; undefined when that hangs on what is unknown. */
export function sameText(a: string, b: string): boolean | undefined {
  if (isKnown(a) && isKnown(b)) return a === b;
  const [aHead, aTail, aSize] = known(a);
  const [bHead, bTail, bSize] = known(b);
  const head = Math.min(aHead.length, bHead.length);
  const tail = Math.min(aTail.length, bTail.length);
  if (aHead.slice(0, head) !== bHead.slice(0, head)) return false;
  if (aTail.slice(aTail.length - tail) !== bTail.slice(bTail.length - tail)) return false;
  if (isKnown(a) && a.length < bSize) return false;
  if (isKnown(b) && b.length < aSize) return false;
  return undefined;
}

/** What stands before the first and after the last unknown part, and how many characters are known at least. */
function known(text: string): readonly [string, string, number] {
  const first = text.search(unknownPattern);
  if (first < 0) return [text, text, text.length];
  const last = Math.max(text.lastIndexOf(unknownText), text.lastIndexOf(anyText));
  return [text.slice(0, first), text.slice(last + 1), text.replace(/[\uFFFE\uFFFF]/g, '').length];
}

/** Whether a text is empty; undefined when it may be. */
export function isEmpty(text: string): boolean | undefined {
  if (text === '') return true;
  return /^[\uFFFE\uFFFF]+$/.test(text) ? undefined : false;
}
