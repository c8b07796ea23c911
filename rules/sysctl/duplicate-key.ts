import { hostRule } from '../../src/lint/rule.ts';
import { sysctlNumber } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/duplicate-key',
  severity: 'warning',
  title: 'One sysctl file sets a kernel parameter twice, to different values.',
  needs: ['sysctl'],
  docs: {
    what: 'The same key stands twice in one file, and the values differ.',
    why: 'The last one is in force. Whoever looks for the key finds the first one, and believes it.',
    repair: 'Delete the line that is not meant.',
    exceptions: 'The same value twice harms nobody. A second line in another file is the way to override a distribution’s, and is told only where LVS suffers from it (sysctl/overridden).',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl.d(5)', quote: 'If multiple files specify the same option, the entry in the file with the lexicographically latest name will take precedence.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const [key, all] of host.sysctls) {
      const lines = all.filter(({ by }) => by === 'config');
      for (const file of new Set(lines.map(({ at }) => at.file))) {
        const own = lines.filter(({ at }) => at.file === file);
        const last = own.at(-1)!;
        const other = own.find(({ value }) => !sameValue(value, last.value));
        if (other) yield { at: other.at, note: `${key.replaceAll('/', '.')} is ${other.value.trim()} here and ${last.value.trim()} at line ${last.at.line}, which wins`, related: [{ at: last.at, note: 'the last one is in force' }], confidence: other.confidence };
      }
    }
  },
});

function sameValue(a: string, b: string): boolean {
  return a.trim().split(/\s+/).join(' ') === b.trim().split(/\s+/).join(' ') || (sysctlNumber(a) !== undefined && sysctlNumber(a) === sysctlNumber(b));
}
