import type { FileSet } from '../../base/file-set.ts';
import type { Span } from '../../base/origin.ts';
import { spanAt, type SourceText } from '../../base/text.ts';
import type { Action, Script } from '../../model/script.ts';
import { branchesOf, runAll, runBranch, type Finished, type Reading } from './actions.ts';
import { readHeader, readShebang } from './header.ts';
import { repeatingBranches } from './repeats.ts';
import { maxCommandsOfAll, type Branch } from './run.ts';
import { carriageReturns, shellSource, type ShellSource } from './source.ts';
import { syntaxErrorsOf } from './syntax.ts';

/** What stands around a script: the files that it may source, and its permission bits. */
export interface ScriptContext {
  readonly files: FileSet;
  readonly mode?: number;
}

/**
 * Reads a shell script and works out, without running anything, what it does for each argument. Never throws; work, nesting, loop turns and text are bounded,
 * and what lies beyond the bounds is left out. How sure a step is, is decided in fork.ts; what a word holds, in expand.ts.
 *
 * `top` is what runs whatever the argument is. A script tells its arguments apart by a `case` or an `if` on one of them (also through a variable, a function called
 * with `"$@"`, or getopts); each name is one action. `$0 stop` enters the script again.
 */
export function readScript(source: SourceText, context: ScriptContext): Script {
  const shell = shellSource(source);
  const reading = { shell, source, files: context.files, sources: new Map<string, ShellSource>(), left: { commands: maxCommandsOfAll } };
  const top = runAll(reading);
  const branches = branchesOf(top);
  const first: Span = spanAt(source, 0, Math.max(0, source.text.search(/\r?\n|$/)));
  const actions: Action[] = [{ name: 'top', at: first, steps: top.steps, exits: top.exits }];
  const repeating = repeatingBranches(shell, branches);
  for (const branch of branches) actions.push(lazyAction(reading, branch, repeating.has(branch)));
  const returns = carriageReturns(source.text);
  const shebang = readShebang(source);
  return {
    source,
    file: source.file,
    ...(context.mode !== undefined && { mode: context.mode }),
    ...(shebang && { shebang }),
    header: readHeader(source),
    service: /(^|\/)init\.d\/[^/]+$/.test(source.file) || branches.some((branch) => branch.name === 'start' || branch.name === 'stop'),
    actions,
    assignments: top.assigned,
    functions: top.functions,
    syntaxErrors: syntaxErrorsOf(shell, top.syntaxErrors),
    ...(returns.length > 0 && { crlf: returns.map((at) => spanAt(source, at, at + 1)) }),
  };
}

/** An action whose steps are worked out when somebody first asks for them: most questions are about start and stop. */
function lazyAction(reading: Reading, branch: Branch, repeats: boolean): Action {
  let run: Finished | undefined;
  const finished = (): Finished => (run ??= runBranch(reading, branch));
  return {
    name: branch.name,
    at: branch.at,
    ...(repeats && { repeats }),
    get steps() {
      return finished().steps;
    },
    get exits() {
      return finished().exits;
    },
  };
}
