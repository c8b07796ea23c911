import { createHash } from 'node:crypto';

const digits = 16;
/** Stands where the body's digest will be, while it is computed. */
export const blankBody = '0'.repeat(digits);
const banner = /^(# lvs-gen \S+, spec .* [0-9a-f]{12}, body )([0-9a-f]{16})$/m;

/** Puts the digest of a rendered text into its banner, so that changes made by hand are recognised. The digest is over the whole text with the digest itself blank. */
export function seal(text: string): string {
  return text.replace(banner, (_line, start: string) => `${start}${digestOf(text)}`);
}

/** Whether a text is as it was rendered. `foreign`: it has no banner of ours in its first lines. */
export function sealOf(text: string): 'intact' | 'changed' | 'foreign' {
  const found = banner.exec(text.split('\n', 3).join('\n'));
  if (!found) return 'foreign';
  return found[2] === digestOf(text.replace(banner, `$1${blankBody}`)) ? 'intact' : 'changed';
}

/** A file that cannot hold a banner is sealed by another one of its host, in a line `# seals /PATH DIGEST`. */
export function sealOther(text: string, path: string, other: string): string {
  return text.replace(`# seals /${path} ${blankBody}`, `# seals /${path} ${digestOf(other)}`);
}

/** Whether `other`, the text at `path`, is as the sealing text says; `foreign`: that says nothing of it, or was changed itself. */
export function sealOfOther(text: string, path: string, other: string): 'intact' | 'changed' | 'foreign' {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`# seals /${path} `));
  if (line === undefined || sealOf(text) !== 'intact') return 'foreign';
  return line.endsWith(` ${digestOf(other)}`) ? 'intact' : 'changed';
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
