import type { Finding, RuleId } from './rule.ts';

interface Double {
  readonly rule: RuleId;
  /** Where ours makes theirs superfluous: on its line, or anywhere in the file. */
  readonly reach: 'line' | 'file';
}

const inFile = (rule: RuleId): Double => ({ rule, reach: 'file' });
const onLine = (rule: RuleId): Double => ({ rule, reach: 'line' });

/** What ShellCheck says of a script that it cannot read: the place that it gave up at, the construct around it, the end that it misses. One fault, told once. */
const unreadable = ['SC1046', 'SC1047', 'SC1056', 'SC1057', 'SC1061', 'SC1062', 'SC1070', 'SC1072', 'SC1073', 'SC1085', 'SC1089'];

/** Where a rule of ours says the same better, by ShellCheck's code. */
const doubles: ReadonlyMap<string, readonly Double[]> = new Map<string, readonly Double[]>([
  ['shellcheck/SC1009', [inFile('script/syntax-error'), inFile('script/bad-command-args')]],
  ...unreadable.map((code): [string, readonly Double[]] => [`shellcheck/${code}`, [inFile('script/syntax-error'), onLine('script/bad-command-args')]]),
  ...['SC1019', 'SC1020', 'SC1035', 'SC1076'].map((code): [string, readonly Double[]] => [`shellcheck/${code}`, [onLine('script/bad-command-args')]]),
  ['shellcheck/SC1017', [inFile('script/crlf')]],
  ['shellcheck/SC1018', [inFile('script/bad-command-args')]],
  ...['SC1066', 'SC1068', 'SC2281', 'SC2283'].map((code): [string, readonly Double[]] => [`shellcheck/${code}`, [onLine('script/bad-assignment')]]),
  ['shellcheck/SC2024', [onLine('script/sudo-redirect')]],
  ['shellcheck/SC2078', [onLine('script/status-tests-literal')]],
  ['shellcheck/SC2086', [onLine('script/unquoted-vars'), onLine('script/undefined-var')]],
  ['shellcheck/SC2148', [inFile('script/shebang-missing')]],
  ['shellcheck/SC2153', [onLine('script/undefined-var')]],
  ['shellcheck/SC2154', [onLine('script/undefined-var')]],
  ['shellcheck/SC2157', [onLine('script/status-tests-literal')]],
  ['shellcheck/SC2210', [onLine('script/bad-redirect')]],
]);

/** ShellCheck's findings without those that ours already tell. */
export function withoutDoubles(theirs: readonly Finding[], ours: readonly Finding[]): readonly Finding[] {
  return theirs.filter((finding) => {
    const known = doubles.get(finding.rule) ?? [];
    return !ours.some(({ rule, at }) => at.host === finding.at.host && at.file === finding.at.file && known.some((double) => rule === double.rule && (double.reach === 'file' || at.line === finding.at.line)));
  });
}
