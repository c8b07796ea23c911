import { explainAddress } from './explain-address.ts';
import { expected, missingKeys, nearestKey, wrongKey, wrongType, wrongWord } from './expected.ts';
import { validate, type SchemaError } from './generated/validate.js';
import type { Found } from './json-tree.ts';
import { resolved, schemaAt, type SchemaNode } from './schema.ts';
import { choice, show } from './show.ts';
import type { SpecPath } from './spec.ts';

/** A value held against the schema. */
export interface Shape {
  readonly problems: readonly Found[];
  /** The value without what is broken: what remains has the schema's shapes, though anything may be missing. */
  readonly sound: unknown;
  /** Whether a path, or something around it, is broken: then nothing may be concluded from its absence in `sound`. */
  isBroken(path: SpecPath): boolean;
}

/** Holds a value against v1.schema.json, and says what is wrong in the words of the spec: one problem for one cause. */
export function checkShape(value: unknown): Shape {
  const broken = new Set<string>();
  if (validate(value)) return { problems: [], sound: value, isBroken: () => false };
  const errors = validate.errors ?? [];
  const problems: Found[] = [];
  const version = valueAt(value, ['version']);
  if (typeof version === 'number' && Number.isInteger(version) && version !== 1) {
    // Another version has other keys: the rest would be noise.
    const note = `found version ${version}, expected 1, the only one that this lvs-gen reads`;
    return { problems: [{ path: ['version'], note }], sound: undefined, isBroken: () => true };
  }
  for (const [pointer, group] of byPointer(errors)) {
    const path = pathOf(pointer, value);
    for (const problem of translate(path, group, valueAt(value, path), broken)) problems.push(problem);
  }
  const isBroken = (path: SpecPath): boolean => path.some((_, length) => broken.has(keyOf(path.slice(0, length)))) || broken.has(keyOf(path));
  return { problems, sound: prune(value, [], broken), isBroken };
}

function byPointer(errors: readonly SchemaError[]): ReadonlyMap<string, readonly SchemaError[]> {
  const groups = new Map<string, SchemaError[]>();
  for (const error of errors) {
    // The inner error of a bad name repeats what `propertyNames` says.
    if (error.propertyName !== undefined) continue;
    const group = groups.get(error.instancePath);
    if (group) group.push(error);
    else groups.set(error.instancePath, [error]);
  }
  return groups;
}

/** The complaints about one value, in words. What they make unusable goes to `broken`. */
function* translate(path: SpecPath, errors: readonly SchemaError[], value: unknown, broken: Set<string>): Generator<Found> {
  const node = schemaAt(path) ?? {};
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties').map((error) => String(error.params['additionalProperty']));
  const meant = new Set<string>();
  for (const key of unknown) {
    broken.add(keyOf([...path, key]));
    const near = nearestKey(key, node);
    if (near !== undefined && !has(value, near)) {
      meant.add(near);
      broken.add(keyOf([...path, near]));
    }
    yield { path: [...path, key], part: 'key', note: wrongKey(key, node) };
  }
  for (const error of errors) {
    if (error.keyword !== 'propertyNames') continue;
    const name = String(error.params['propertyName']);
    yield { path: [...path, name], part: 'key', note: `found the name ${show(name)}, expected ${expected(nameNode(path))}` };
  }
  const missing = errors.filter((error) => error.keyword === 'required').map((error) => String(error.params['missingProperty'])).filter((key) => !meant.has(key));
  for (const key of missing) broken.add(keyOf([...path, key]));
  const mixed = isService(path) ? mixedService(value) : undefined;
  if (mixed) {
    for (const key of mixed.wrong) broken.add(keyOf([...path, key]));
    yield { path: [...path, mixed.wrong[0]!], part: 'key', note: mixed.note };
  }
  const said = missing.filter((key) => !mixed || key === 'destinations');
  if (said.length > 0) yield { path, part: 'start', note: isService(path) && ['vip', 'protocol', 'port'].every((key) => said.includes(key)) ? bareService(said.length > 3) : missingKeys(said, node) };
  const own = errors.filter((error) => ownKeywords.includes(error.keyword)).sort((a, b) => ownKeywords.indexOf(a.keyword) - ownKeywords.indexOf(b.keyword))[0];
  if (!own) return;
  const problem = ownProblem(path, own, value);
  broken.add(keyOf(problem.path));
  yield problem;
}

/** Complaints about a value as a whole, the weightiest first: of several only one is told. */
const ownKeywords = ['type', 'const', 'enum', 'format', 'maxLength', 'pattern', 'minimum', 'maximum', 'minItems', 'maxItems', 'minProperties', 'uniqueItems'];

function ownProblem(path: SpecPath, error: SchemaError, value: unknown): Found {
  const node = schemaAt(path) ?? {};
  switch (error.keyword) {
    case 'type':
      return { path, note: wrongType(value, node) };
    case 'enum':
      return { path, note: wrongWord(value, node.enum ?? []) };
    case 'format':
      return { path, note: `found ${show(value)}, expected ${expected(node)}${explainAddress(String(value), node.format ?? '')}` };
    case 'minItems':
    case 'minProperties':
      return { path, note: `found ${show(value)}, expected at least one${one(node)}` };
    case 'maxItems':
      return { path, note: `found ${show(value)}, expected at most one IPv4 and one IPv6 address` };
    case 'uniqueItems': {
      const [first, second] = [Number(error.params['j']), Number(error.params['i'])].sort((a, b) => a - b);
      return { path: [...path, second!], note: `found ${show(valueAt(value, [second!]))} twice, expected it once: it is number ${first! + 1} of this list already` };
    }
    case 'pattern':
      return { path, note: `found ${show(value)}, expected ${expected(node)}${deviceHint(value)}` };
    case 'maxLength':
      return { path, note: `found a string of ${String(value).length} characters, ${show(value)}, expected ${expected(node)}` };
    default:
      return { path, note: `found ${show(value)}, expected ${expected(node)}` };
  }
}

/** ` director`, ` service`: what a collection holds. */
function one(node: SchemaNode): string {
  const member = node.items ?? (typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined);
  const title = member && resolved(member).title;
  return title !== undefined ? ` ${title}` : member && resolved(member).format !== undefined ? ' address' : '';
}

function deviceHint(value: unknown): string {
  if (value === 'all' || value === 'default') return `; the kernel keeps "${value}" for itself (net.ipv4.conf.${value})`;
  const [device, label] = typeof value === 'string' ? (/^([A-Za-z0-9_.-]{1,15}):(\w{1,10})$/.exec(value)?.slice(1) ?? []) : [];
  return label === undefined ? '' : `; an alias is no device, write "${device}"`;
}

function bareService(alsoBare: boolean): string {
  return `found no "vip", "protocol" and "port" and no "fwmark", "family" and "match" in this service, expected the first three or the last three${alsoBare ? ', and "destinations"' : ''}`;
}

function isService(path: SpecPath): boolean {
  return path.length === 2 && path[0] === 'services';
}

/** A service is told by its address or by a mark; keys of both in one service are one mistake. */
function mixedService(value: unknown): { readonly wrong: readonly string[]; readonly note: string } | undefined {
  const byAddress = ['vip', 'protocol', 'port'].filter((key) => has(value, key));
  const byMark = ['fwmark', 'family', 'match'].filter((key) => has(value, key));
  if (byAddress.length === 0 || byMark.length === 0) return undefined;
  const [wrong, right] = byMark.includes('fwmark') ? [byAddress, byMark] : [byMark, byAddress];
  const quoted = (keys: readonly string[]): string => choice(keys.map((key) => `"${key}"`), 'and');
  return { wrong, note: `found ${quoted(wrong)} beside ${quoted(right)}, expected either vip, protocol and port, or fwmark, family and match` };
}

function nameNode(path: SpecPath): SchemaNode {
  const names = schemaAt(path)?.propertyNames;
  return names?.$ref === '#/definitions/hostName' ? (schemaAt(['name']) ?? {}) : (names ?? {});
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

/** Steps of a JSON pointer. Whether "0" is an index or a key, the value tells. */
function pathOf(pointer: string, value: unknown): SpecPath {
  const path: (string | number)[] = [];
  let here = value;
  for (const escaped of pointer.split('/').slice(1)) {
    const key = escaped.replace(/~1/g, '/').replace(/~0/g, '~');
    const step = Array.isArray(here) ? Number(key) : key;
    path.push(step);
    here = valueAt(here, [step]);
  }
  return path;
}

function valueAt(value: unknown, path: SpecPath): unknown {
  return path.reduce<unknown>((here, step) => (has(here, String(step)) ? (here as Record<string | number, unknown>)[step] : undefined), value);
}

function prune(value: unknown, path: SpecPath, broken: ReadonlySet<string>): unknown {
  if (broken.has(keyOf(path))) return undefined;
  if (Array.isArray(value)) return value.map((part, index) => prune(part, [...path, index], broken));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, prune(part, [...path, key], broken)]));
}

function keyOf(path: SpecPath): string {
  return JSON.stringify(path);
}
