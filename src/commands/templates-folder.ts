import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { singleFile } from '../base/file-set.ts';
import { compareText } from '../base/origin.ts';
import { nearest } from '../base/text.ts';
import type { OwnTemplates } from '../render/own-templates.ts';
import { UsageError } from './command.ts';

/** Reads `--templates DIR`: files named as ours (`lvs-gen templates` lists them), each in the place of ours. Throws TemplateError where one is wrong. */
export async function readTemplates(folder: string, shown: string): Promise<OwnTemplates> {
  const { compileTemplates, sources } = await import('../render/compile.ts');
  const known = Object.keys(sources);
  const files = templatesBelow(folder, shown).map((path) => {
    const id = path.replace(/\.hbs$/, '');
    const file = join(shown, path);
    if (!known.includes(id)) throw new UsageError(`--templates ${shown}: lvs-gen has no template ${path}${nearest(id, known) ? `; did you mean ${nearest(id, known)}.hbs?` : ''} (lvs-gen templates lists them)`);
    const read = singleFile(join(folder, path)).read(join(folder, path));
    if (read.state !== 'text') throw new UsageError(`--templates ${shown}: ${path}: ${read.state === 'absent' ? 'there is no such file' : read.note}`);
    return { id, file, text: read.text };
  });
  if (files.length === 0) throw new UsageError(`--templates ${shown}: there is no template (*.hbs) in it`);
  return { specs: compileTemplates(files), files: Object.fromEntries(files.map(({ id, file }) => [id, file])) };
}

function templatesBelow(folder: string, shown: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
      .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
      .sort(compareText);
  } catch (error) {
    throw new UsageError(`--templates ${shown}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
}
