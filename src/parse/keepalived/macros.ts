import { joined, slice, standing, type Mapped } from './scan.ts';

/** Definitions `$NAME=…` in force, by name. A value of several lines has line feeds. */
export type Definitions = Map<string, string>;

const maxText = 100_000;

/** The name and the beginning of the value of a definition line, or undefined when the line is none. */
export function definitionIn(text: string): { readonly name: string; readonly valueAt: number } | undefined {
  const head = /^\$([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/.exec(text);
  return head ? { name: head[1]!, valueAt: head[0].length } : undefined;
}

/** A line with the definitions that it uses filled in, also within each other. What is not defined stays as it is written. */
export function filled(line: Mapped, definitions: ReadonlyMap<string, string>, depth = 0): Mapped {
  if (definitions.size === 0 || depth > 16 || !line.text.includes('$')) return line;
  const parts: Mapped[] = [];
  let last = 0;
  let size = line.text.length;
  for (const use of line.text.matchAll(/\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g)) {
    const value = definitions.get((use[1] ?? use[2])!);
    if (value === undefined) continue;
    const end = use.index + use[0].length;
    size += value.length;
    if (size > maxText) return line;
    parts.push(slice(line, last, use.index), standing(value, line.from[use.index]!, line.to[end - 1]!));
    last = end;
  }
  if (last === 0) return line;
  return filled(joined([...parts, slice(line, last)]), definitions, depth + 1);
}

/** A `~SEQ(NAME, [START, [STEP,]] END) REST` or `~LST(NAME, A, B, …) REST` line: the values of its variable, and where the rest begins. Undefined: of another form. */
export function repetition(text: string): { readonly name: string; readonly values: readonly string[]; readonly restAt: number } | undefined {
  const seq = /^~SEQ(x?)\s*\(\s*([A-Za-z_]\w*)\s*,([^()]*)\)\s*/.exec(text);
  if (seq) {
    const numbers = seq[3]!.split(',').map((part) => (/^\s*-?(?:0x[0-9a-f]+|\d+)\s*$/i.test(part) ? Number(part) : NaN));
    if (numbers.length > 3 || numbers.some(Number.isNaN)) return undefined;
    const end = numbers.at(-1)!;
    const start = numbers.length > 1 ? numbers[0]! : end < 0 ? -1 : 1;
    const step = numbers.length > 2 ? numbers[1]! : end < start ? -1 : 1;
    if (step === 0) return undefined;
    const values: string[] = [];
    for (let value = start; step > 0 ? value <= end : value >= end; value += step) {
      values.push(seq[1] === 'x' ? value.toString(16) : String(value));
      if (values.length > 1000) return undefined;
    }
    return { name: seq[2]!, values, restAt: seq[0].length };
  }
  const list = /^~LST\s*\(\s*([A-Za-z_]\w*)\s*,([^(){}]*)\)\s*/.exec(text);
  return list ? { name: list[1]!, values: list[2]!.split(',').map((part) => part.trim()), restAt: list[0].length } : undefined;
}
