import Handlebars from 'handlebars';
import { sources } from './generated/sources.js';
import { TemplateError } from './own-templates.ts';
import { templateOptions } from './template-options.ts';

/** Precompiles templates of the user's own. Throws TemplateError with the line where one is wrong. */
export function compileTemplates(files: readonly { readonly id: string; readonly file: string; readonly text: string }[]): Readonly<Record<string, string>> {
  const known = new Set(Object.keys(sources));
  return Object.fromEntries(
    files.map(({ id, file, text }) => {
      const stray = [...text.matchAll(/\{\{>\s*([\w-]+)/g)].find((found) => !known.has(`partials/${found[1]}`));
      if (stray) throw new TemplateError(file, text.slice(0, stray.index).split('\n').length, `there is no partial '${stray[1]}'`);
      try {
        return [id, Handlebars.precompile(text, templateOptions) as string];
      } catch (error) {
        throw TemplateError.from(file, error);
      }
    }),
  );
}

export { sources };
