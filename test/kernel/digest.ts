/** Digests of fixture trees: what a measured proof is bound to. Nothing in here boots anything, so that a house law can import it. */
import { createHash, type Hash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const add = (hash: Hash, folder: string, below: string): void => {
  for (const entry of readdirSync(join(folder, below)).sort()) {
    const name = below === '' ? entry : `${below}/${entry}`;
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isDirectory()) add(hash, folder, name);
    else {
      const content = status.isSymbolicLink() ? Buffer.from(readlinkSync(path)) : readFileSync(path);
      hash.update(`${name}\0${status.isSymbolicLink() ? 'link' : 'file'}\0${content.length}\0`).update(content);
    }
  }
};

/** SHA-256 (hexadecimal) of the names and contents of everything below `folder`. Permissions and dates do not count: git keeps few of them. */
export const treeDigest = (folder: string): string => {
  const hash = createHash('sha256');
  add(hash, folder, '');
  return hash.digest('hex');
};

/**
 * The digest that stands in a rule's `kernel.txt`: of its `proof.json` and of the trees of the cases that this names.
 * `folder` is `fixtures/rules/FAMILY/NAME`. Throws when proof.json is absent or no JSON.
 */
export const proofDigest = (folder: string): string => {
  const text = readFileSync(join(folder, 'proof.json'), 'utf8');
  const { cases = {} } = JSON.parse(text) as { readonly cases?: Readonly<Record<string, unknown>> };
  const hash = createHash('sha256').update(text);
  for (const name of Object.keys(cases).sort()) hash.update(`\0${name}\0${existsSync(join(folder, name)) ? treeDigest(join(folder, name)) : 'absent'}`);
  return hash.digest('hex');
};

/** The digest that a `kernel.txt` says it was measured with; undefined when there is none. */
export const measuredDigest = (folder: string): string | undefined => {
  const page = join(folder, 'kernel.txt');
  return existsSync(page) ? /^trees: sha256 ([0-9a-f]{64})$/m.exec(readFileSync(page, 'utf8'))?.[1] : undefined;
};
