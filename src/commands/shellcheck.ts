import { offsetAt, spanAt } from '../base/text.ts';
import type { Finding, Severity } from '../lint/rule.ts';
import { createShellCheck, ShellCheckUnavailable, type ShellCheckComment } from '../lint/shellcheck.ts';
import type { Script } from '../model/script.ts';
import type { Io } from './command.ts';

const severityOf: Readonly<Record<ShellCheckComment['level'], Severity>> = { error: 'error', warning: 'warning', info: 'info', style: 'info' };

/** Codes by which ShellCheck says that it does not speak the script's language: nothing is wrong with the script. */
const otherLanguage: ReadonlySet<number> = new Set([1008, 1071]);

/** ShellCheck's comments on every script of the hosts, as findings `shellcheck/SC2086`. When it cannot run, it says so once and gives none. */
export async function shellcheckFindings(scripts: readonly Pick<Script, 'source' | 'file' | 'shebang'>[], options: { readonly nativePath?: string | undefined; progress(what: string, done: number, total: number): void }, io: Io): Promise<readonly Finding[]> {
  if (scripts.length === 0) return [];
  const shellcheck = createShellCheck(options.nativePath === undefined ? {} : { nativePath: options.nativePath });
  try {
    const findings: Finding[] = [];
    for (const [at, script] of scripts.entries()) {
      options.progress('ShellCheck: script', at, scripts.length);
      try {
        // A script that init runs without a `#!` line is run by sh.
        for (const comment of await shellcheck.check(script.shebang ? { text: script.source.text } : { text: script.source.text, shell: 'sh' })) {
          if (!otherLanguage.has(comment.code)) findings.push(asFinding(script, comment));
        }
      } catch (error) {
        if (error instanceof ShellCheckUnavailable) {
          io.err(`lvs-gen: ShellCheck was left out: ${error.message}\n`);
          return findings;
        }
        io.err(`lvs-gen: ShellCheck was left out for ${script.file}: ${(error as Error).message}\n`);
      }
    }
    options.progress('ShellCheck: script', scripts.length, scripts.length);
    return findings;
  } finally {
    await shellcheck.close();
  }
}

function asFinding({ source }: Pick<Script, 'source'>, comment: ShellCheckComment): Finding {
  return {
    rule: `shellcheck/SC${comment.code}`,
    severity: severityOf[comment.level],
    confidence: 'certain',
    title: 'ShellCheck',
    note: comment.message,
    at: spanAt(source, offsetAt(source, comment.line, comment.column), offsetAt(source, comment.endLine, comment.endColumn)),
  };
}
