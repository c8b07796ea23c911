import type { Finding, RuleId } from './rule.ts';

/** Where a rule of ours says the same better: ShellCheck's code, our rule, and how far ours reaches (one finding stands for the whole file, or for its line). */
const doubles: ReadonlyMap<string, { readonly rule: RuleId; readonly reach: 'line' | 'file' }> = new Map([
  ['shellcheck/SC1017', { rule: 'script/crlf', reach: 'file' }],
  ['shellcheck/SC1018', { rule: 'script/bad-command-args', reach: 'file' }],
  ['shellcheck/SC2024', { rule: 'script/sudo-redirect', reach: 'line' }],
  ['shellcheck/SC2086', { rule: 'script/unquoted-vars', reach: 'line' }],
  ['shellcheck/SC2148', { rule: 'script/shebang-missing', reach: 'file' }],
  ['shellcheck/SC2154', { rule: 'script/undefined-var', reach: 'line' }],
  ['shellcheck/SC2157', { rule: 'script/status-tests-literal', reach: 'line' }],
]);

/** ShellCheck's findings without those that ours already tell. */
export function withoutDoubles(theirs: readonly Finding[], ours: readonly Finding[]): readonly Finding[] {
  return theirs.filter((finding) => {
    const double = doubles.get(finding.rule);
    return !double || !ours.some(({ rule, at }) => rule === double.rule && at.host === finding.at.host && at.file === finding.at.file && (double.reach === 'file' || at.line === finding.at.line));
  });
}
