import type { Proof, Rule } from './rule.ts';

/** What stands beside a rule and goes on its page: its first bad case as it is reported, the difference that its fix makes there, what a kernel run of its cases measured. */
export interface Evidence {
  readonly example?: string;
  /** A unified diff. */
  readonly fix?: string;
  readonly measured?: { readonly kernel: string; readonly rows: readonly { readonly name: string; readonly found: string }[] };
  /** What the daemons say of its cases. */
  readonly daemons?: readonly DaemonWord[];
}

/** A daemon with its version (`keepalived 2.2.7`), and the command that asked it. */
export interface DaemonWord {
  readonly daemon: string;
  readonly command: string;
  /** `exit` is its exit code; `said` is empty where it takes the files without a word. */
  readonly rows: readonly { readonly name: string; readonly exit: number; readonly said: readonly string[] }[];
}

/** A rule's page in Markdown: what `explain` prints and what stands beside the rule. */
export function rulePage(rule: Rule, { example = '', fix = '', measured, daemons = [] }: Evidence = {}): string {
  const { docs } = rule;
  const exceptions = docs.exceptions ? `\n## Not reported\n\n${docs.exceptions}\n` : '';
  const shown = example === '' ? '' : `\n## As it is reported\n\n\`\`\`\n${example.trimEnd()}\n\`\`\`\n`;
  const mended = fix === '' ? '' : `\n## As it is fixed\n\n\`\`\`diff\n${fix.trimEnd()}\n\`\`\`\n`;
  const figures = measured && measured.rows.length > 0 ? `\nMeasured on ${measured.kernel}:\n\n${measured.rows.map(({ name, found }) => `- ${name}: ${found}\n`).join('')}` : '';
  const words = daemons.length === 0 ? '' : `\n## What the daemon says\n\n${daemons.map(showDaemon).join('\n')}`;
  const references = docs.references.length === 0 ? '' : `\n## References\n\n${docs.references.map((reference) => `- ${reference}\n`).join('')}`;
  return `# ${rule.id}\n\n**${rule.title}** (${rule.severity})\n\n${docs.what}\n\n## Repair\n\n${docs.repair}\n\n## Why\n\n${docs.why}\n${exceptions}${shown}${mended}${words}\n## Proof\n\n${rule.proof.map((proof) => `- ${showProof(rule, proof)}\n`).join('')}${figures}${references}\nJudges ${rule.scope === 'script' ? 'one script' : rule.scope === 'host' ? 'one host' : 'the whole cluster'}; needs ${rule.needs.join(', ')}. Since ${rule.since}.${rule.silences ? ` Where it speaks, ${rule.silences.join(', ')} ${rule.silences.length === 1 ? 'is' : 'are'} silent.` : ''}\n`;
}

function showProof(rule: Rule, proof: Proof): string {
  switch (proof.kind) {
    case 'kernel-run':
      return `On a real kernel the bad setup breaks ${proof.breaks.replace('-', ' ')} and the near misses work: \`npm run test:kernel -- ${rule.id}\`.`;
    case 'kernel-source':
      return `Linux ${proof.version}, ${proof.cite}: “${proof.quote}”`;
    case 'manual':
      return `${proof.cite}: “${proof.quote}”`;
  }
}

const maxWords = 4;

function showDaemon({ daemon, command, rows }: DaemonWord): string {
  const silent = rows.filter(({ said }) => said.length === 0).map(({ name }) => name);
  const speaking = rows.filter(({ said }) => said.length > 0);
  const list = speaking.map(({ name, exit, said }) => `- ${name}, exit ${exit}: ${said.slice(0, maxWords).map((text) => `“${text}”`).join('; ')}${said.length > maxWords ? `; and ${said.length - maxWords} more` : ''}\n`).join('');
  const nothing = silent.length === 0 ? '' : `${list === '' ? '' : '\n'}It takes ${silent.join(', ')} without a word.\n`;
  return `${daemon} (\`${command}\`):\n\n${list}${nothing}`;
}
