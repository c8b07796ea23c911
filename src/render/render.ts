import type { HostPlan, Plan } from '../plan/plan.ts';
import type { SpecPath } from '../spec/spec.ts';
import { seal } from './banner.ts';
import { templates } from './generated/templates.js';
import { helpers } from './helpers.ts';
import { manifest, type Made, type Row } from './manifest.ts';

/** One file of one host, as it is to be written. */
export interface RenderedFile {
  readonly host: string;
  /** Below the host's root, without a leading slash. */
  readonly path: string;
  readonly mode: number;
  readonly text: string;
  /** What in the spec asked for a line (from 1); undefined for lines that are always there. */
  specPathOfLine(line: number): SpecPath | undefined;
}

/** Renders a plan: the same plan and version give the same bytes, in the order of hosts and templates. `hosts`: only these. */
export function renderPlan(plan: Plan, options: { readonly version: string; readonly hosts?: readonly string[] }): readonly RenderedFile[] {
  return plan.hosts
    .filter((host) => options.hosts === undefined || options.hosts.includes(host.name))
    .flatMap((host) => manifest.flatMap((row) => row.files(host, plan).map((made) => renderFile(plan, host, row, made, options.version))));
}

function renderFile(plan: Plan, host: HostPlan, row: Row, made: Made, version: string): RenderedFile {
  const paths: SpecPath[] = [];
  const mark = (path: SpecPath): string => `\u0001${paths.push(path) - 1}\u0001`;
  const marked = templates.render(row.id, made.view({ plan, host, version, mark }), helpers);
  const asked = new Map<number, SpecPath>();
  const lines = marked.split('\n').map((line, index) => {
    const found = /^(\s*)\u0001(\d+)\u0001/.exec(line);
    if (!found) return line;
    asked.set(index + 1, paths[Number(found[2])]!);
    return found[1]! + line.slice(found[0].length);
  });
  const text = seal(lines.join('\n'));
  return { host: host.name, path: made.path, mode: row.mode, text, specPathOfLine: (line) => asked.get(line) };
}
