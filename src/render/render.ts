import type { HostPlan, Plan } from '../plan/plan.ts';
import type { SpecPath } from '../spec/spec.ts';
import { seal, sealOf, sealOther } from './banner.ts';
import { templates } from './generated/templates.js';
import { TemplateError, type OwnTemplates } from './own-templates.ts';
import { helpers } from './helpers.ts';
import { manifest, type Made, type Row } from './manifest.ts';
import type { View } from './views.ts';

/** One file of one host, as it is to be written. */
export interface RenderedFile {
  readonly host: string;
  /** Below the host's root, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly text: string;
  /** The file of the same host that seals this one, which has no comments. */
  readonly sealedIn?: string;
  /** What in the spec asked for a line (from 1); undefined for lines that are always there. */
  specPathOfLine(line: number): SpecPath | undefined;
}

/** Renders a plan: the same plan and version give the same bytes, in the order of hosts and templates. `hosts`: only these. */
export function renderPlan(plan: Plan, options: { readonly version: string; readonly hosts?: readonly string[]; readonly own?: OwnTemplates }): readonly RenderedFile[] {
  return plan.hosts
    .filter((host) => options.hosts === undefined || options.hosts.includes(host.name))
    .flatMap((host) => sealAll(manifest.flatMap((row) => row.files(host, plan).map((made) => renderFile(plan, host, row, made, options)))));
}

/** Seals the files of one host. */
function sealAll(files: readonly RenderedFile[]): readonly RenderedFile[] {
  const mute = files.filter(({ sealedIn }) => sealedIn !== undefined);
  return files.map((file) => {
    if (file.sealedIn !== undefined) return file;
    return { ...file, text: seal(mute.reduce((text, other) => sealOther(text, other.path, other.text), file.text)) };
  });
}

function renderFile(plan: Plan, host: HostPlan, row: Row, made: Made, { version, own }: { readonly version: string; readonly own?: OwnTemplates }): RenderedFile {
  const paths: SpecPath[] = [];
  const mark = (path: SpecPath): string => `\u0001${paths.push(path) - 1}\u0001`;
  const view = made.view({ plan, host, version, mark });
  const marked = own ? renderOwn(row, view, own) : templates.render(row.id, view, helpers);
  const asked = new Map<number, SpecPath>();
  const lines = marked.split('\n').map((line, index) => {
    const found = /^(\s*)\u0001(\d+)\u0001/.exec(line);
    if (!found) return line;
    asked.set(index + 1, paths[Number(found[2])]!);
    return found[1]! + line.slice(found[0].length);
  });
  return { host: host.name, path: made.path, mode: row.mode, text: lines.join('\n'), ...(row.sealedIn === undefined ? {} : { sealedIn: row.sealedIn }), specPathOfLine: (line) => asked.get(line) };
}

/** With templates of the user's own in the place of ours. Without a banner what is made could never be told from what somebody wrote by hand. */
function renderOwn({ id, sealedIn }: Row, view: View, { specs, files }: OwnTemplates): string {
  const file = files[id] ?? Object.values(files)[0] ?? id;
  try {
    const text = templates.render(id, view, placed(helpers), specs);
    if (id in specs && sealedIn === undefined && sealOf(seal(text)) === 'foreign') throw new TemplateError(file, 1, 'the banner is missing: {{> banner}} belongs into the first two lines');
    return text;
  } catch (error) {
    throw TemplateError.from(file, error);
  }
}

type Helpers = Readonly<Record<string, (...words: unknown[]) => string>>;

/** Helpers whose errors know the line that calls them. */
function placed(all: Helpers): Helpers {
  return Object.fromEntries(
    Object.entries(all).map(([name, helper]) => [
      name,
      (...words: unknown[]): string => {
        try {
          return helper(...words);
        } catch (error) {
          throw Object.assign(error as Error, { lineNumber: (words.at(-1) as { loc?: { start: { line: number } } } | undefined)?.loc?.start.line });
        }
      },
    ]),
  );
}
