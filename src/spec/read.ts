import { compareSpans, compareText } from '../base/origin.ts';
import type { SourceText } from '../base/text.ts';
import { checkDestinations } from './check-destinations.ts';
import { checkHosts } from './check-hosts.ts';
import { checkRest } from './check-rest.ts';
import { checkServices } from './check-services.ts';
import { parseJson, type Found, type JsonTree } from './json-tree.ts';
import { checkShape } from './shape.ts';
import { soundSpec } from './sound.ts';
import { showPath, type LocatedSpec, type Spec, type SpecProblem } from './spec.ts';

/**
 * Reads a spec: a valid one with the places of its values, or everything that is wrong with it, in the order of the text. Never throws.
 * What a cluster that the spec describes does wrong on the network is not told here: rules find that.
 */
export function readSpec(source: SourceText): LocatedSpec | { readonly problems: readonly SpecProblem[] } {
  const tree = parseJson(source);
  if ('note' in tree) return { problems: [{ at: tree.at, path: [], note: tree.note }] };
  const shape = checkShape(tree.value);
  const sound = soundSpec(shape.sound, shape.isBroken);
  const found = [...tree.duplicates, ...shape.problems, ...checkHosts(sound), ...checkServices(sound), ...checkDestinations(sound), ...checkRest(sound)];
  if (found.length > 0) return { problems: found.map((problem) => placed(tree, problem)).sort(compareProblems) };
  return { spec: tree.value as Spec, file: source.file, locate: (path, part) => tree.locate(path, part) };
}

function placed(tree: JsonTree, { path, note, part, at }: Found): SpecProblem {
  return { at: at ?? tree.locate(path, part), path, note };
}

function compareProblems(a: SpecProblem, b: SpecProblem): number {
  return compareSpans(a.at, b.at) || compareText(showPath(a.path), showPath(b.path)) || compareText(a.note, b.note);
}
