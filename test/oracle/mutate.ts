/** Files as a tired hand leaves them: one change a file, the same for the same seed. */

/** Numbers below a bound, from a seed. */
export type Dice = (bound: number) => number;

/** Mulberry32: small, and the same everywhere. */
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
};

const swapped = (line: string, dice: Dice): string => {
  const words = [...line.matchAll(/[A-Za-z_]{4,}/g)];
  if (words.length === 0) return line;
  const word = words[dice(words.length)]!;
  const at = word.index + dice(word[0].length - 1);
  return `${line.slice(0, at)}${line[at + 1]}${line[at]}${line.slice(at + 2)}`;
};

/** Changes of the lines of a text at one place. */
const changes: readonly ((lines: string[], at: number, dice: Dice) => void)[] = [
  (lines, at) => void lines.splice(at, 1),
  (lines, at) => void lines.splice(at, 0, lines[at]!),
  (lines, at, dice) => void (lines[at] = swapped(lines[at]!, dice)),
  (lines, at, dice) => {
    const other = dice(lines.length);
    [lines[at], lines[other]] = [lines[other]!, lines[at]!];
  },
  (lines, at) => void (lines[at] = lines[at]!.toUpperCase()),
  (lines, at) => void (lines[at] = lines[at]!.toLowerCase()),
  (lines, at) => void (lines[at] = lines[at]!.replace(/[{}]/, '')),
  (lines, at) => void (lines[at] = `#${lines[at]}`),
  (lines, at) => void (lines[at] = lines[at]!.replace(/\d+/, (number) => `${number}0`)),
  (lines, at) => void (lines[at] = lines[at]!.replace(/\d+/, '0')),
  (lines, at) => void (lines[at] = lines[at]!.replace(/\S+$/, '')),
  (lines, at) => void (lines[at] = lines[at]!.replace(/^\s+/, '')),
  (lines, at) => void (lines[at] = lines[at]!.replace(/\s*=\s*/, ' ')),
  (lines, at) => {
    lines[at] = `${lines[at]} ${(lines[at + 1] ?? '').trim()}`;
    lines.splice(at + 1, 1);
  },
];

/** The text with one change, at a line that says something. */
export const mutated = (text: string, dice: Dice): string => {
  const lines = text.split('\n');
  const saying = lines.flatMap((line, at) => (/^\s*[^\s#!]/.test(line) ? [at] : []));
  if (saying.length === 0) return text;
  changes[dice(changes.length)]!(lines, saying[dice(saying.length)]!, dice);
  return lines.join('\n');
};
