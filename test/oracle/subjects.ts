/** The order in which files are asked about, and what becomes of them. */
import { compareText } from '../../src/base/origin.ts';
import { shortHash } from '../../src/base/short-hash.ts';
import { diceOf, mutated } from './mutate.ts';

/** One file to ask about. */
export interface Subject {
  readonly name: string;
  readonly text: string;
}

/** In an order of its own for each seed, in which a file keeps its place when others come or go. */
export const shuffled = <S extends Subject>(subjects: readonly S[], seed: number): readonly S[] =>
  subjects.map((subject) => ({ subject, key: shortHash(`${seed} ${subject.name}`) })).sort((a, b) => compareText(a.key, b.key)).map(({ subject }) => subject);

/** Each file in turn, changed by dice of its own. */
export const mutations = <S extends Subject>(subjects: readonly S[], count: number, seed: number): readonly S[] =>
  Array.from({ length: subjects.length === 0 ? 0 : count }, (_, index) => {
    const subject = subjects[index % subjects.length]!;
    const turn = Math.floor(index / subjects.length);
    return { ...subject, name: `mutation ${turn} of ${subject.name}`, text: mutated(subject.text, diceOf(parseInt(shortHash(`${seed} ${turn} ${subject.name}`).slice(0, 8), 16))) };
  });
