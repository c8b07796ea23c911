import type { Command, CompoundList, SyntaxNode } from 'unbash';
import type { Branch } from './run.ts';
import type { ShellSource } from './source.ts';

/** Commands that a branch may have beside those of start and stop without doing anything new. */
const idle = new Set(['sleep', 'echo', 'printf', 'true', ':', 'exit', 'return', '[', 'test', 'usleep']);

/**
 * Branches that only run what start and stop run: `restart) stop; sleep 1; start`, `$0 stop && $0 start`, `if running; then stop && start; fi` where start asks the same. They bring
 * no command that start and stop do not have, so that nobody need work them out to judge the script.
 */
export function repeatingBranches(shell: ShellSource, branches: readonly Branch[]): ReadonlySet<Branch> {
  const named = (name: string) => branches.find((branch) => branch.name === name);
  const [start, stop] = [named('start'), named('stop')];
  if (!start?.body || !stop?.body) return new Set();
  const ours = reached([start.body, stop.body], shell);
  return new Set(branches.filter((branch) => branch.body && branch.body !== start.body && branch.body !== stop.body && repeats(branch.body, ours, shell)));
}

/** Texts of the commands of some lists, and of the functions that they call. */
function reached(lists: readonly CompoundList[], shell: ShellSource): ReadonlySet<string> {
  const functions = new Map(shell.tree.commands.flatMap(({ command }) => (command.type === 'Function' ? [[command.name.value, command.body as SyntaxNode] as const] : [])));
  const texts = new Set<string>();
  const todo: SyntaxNode[] = [...lists];
  for (let next = todo.pop(); next; next = todo.pop()) {
    for (const command of commandsIn(next) ?? []) {
      texts.add(textOf(command, shell));
      const body = command.name && functions.get(command.name.value);
      if (!body) continue;
      functions.delete(command.name.value);
      todo.push(body);
    }
  }
  return texts;
}

function repeats(body: CompoundList, ours: ReadonlySet<string>, shell: ShellSource): boolean {
  const commands = commandsIn(body, true);
  const callsOurs = (command: Command) => ours.has(textOf(command, shell)) || (command.name !== undefined && /^"?\$\{?0\}?"?$/.test(command.name.text) && /^(?:start|stop)$/.test(command.args[0]?.text ?? ''));
  return commands !== undefined && commands.some(callsOurs) && commands.every((command) => callsOurs(command) || (idle.has(command.name?.value ?? '') && command.redirects.length === 0 && !/[$`]/.test(textOf(command, shell))));
}

function textOf(command: Command, shell: ShellSource): string {
  return shell.text.slice(command.pos, command.end);
}

/** The simple commands of a tree, in order. `plain`: undefined where the tree is more than lists, `&&`, `||`, pipes and `if`. */
function commandsIn(node: SyntaxNode, plain = false): readonly Command[] | undefined {
  const found: Command[] = [];
  let odd = false;
  const visit = (next: SyntaxNode | undefined): void => {
    if (!next) return;
    switch (next.type) {
      case 'Command':
        found.push(next);
        return;
      case 'Statement':
        odd ||= next.background === true;
        return visit(next.command);
      case 'AndOr':
      case 'Pipeline':
      case 'CompoundList':
        return next.commands.forEach(visit);
      case 'If':
        for (const part of [next, ...next.elif]) [part.clause, part.then].forEach(visit);
        return visit(next.else);
      case 'BraceGroup':
        return visit(next.body);
    }
    odd = true;
    if (next.type === 'Redirected') visit(next.command);
    else if (next.type === 'Case') for (const item of next.items) visit(item.body);
    else if (next.type === 'While') [next.clause, next.body].forEach(visit);
    else if ('body' in next && typeof next.body === 'object') visit(next.body as SyntaxNode);
  };
  visit(node);
  return plain && odd ? undefined : found;
}
