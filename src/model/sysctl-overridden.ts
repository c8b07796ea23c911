import type { Host } from './host.ts';
import { assignmentsOf, sysctlNumber, type Assignment } from './sysctl.ts';

/** The last right line of a key in a sysctl file that a wrong one in another file comes after. */
export function overriddenLine(host: Host, key: string, right: (value: number) => boolean): { readonly line: Assignment; readonly winner: Assignment } | undefined {
  const lines = assignmentsOf(host, key);
  const winner = lines.at(-1);
  const isRight = (line: Assignment): boolean => {
    const value = sysctlNumber(line.value);
    return value !== undefined && right(value);
  };
  if (!winner || isRight(winner)) return undefined;
  // What a script writes and then loads over is the script's own matter.
  const line = lines.filter((other) => other.by !== 'script' && isRight(other) && other.at.file !== winner.at.file).at(-1);
  return line && { line, winner };
}
