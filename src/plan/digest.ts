import { createHash } from 'node:crypto';
import { compareText } from '../base/origin.ts';
import type { Spec } from '../spec/spec.ts';

/** Digest of what a spec asks for: the order of its keys, its white space and `$schema` do not matter. Twelve hexadecimal digits of SHA-256. */
export function digestOf(spec: Spec): string {
  const { $schema: _schema, ...asks } = spec;
  return createHash('sha256').update(JSON.stringify(asks, sorted)).digest('hex').slice(0, 12);
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b)));
}
