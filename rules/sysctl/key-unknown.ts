import { weakest } from '../../src/base/fact.ts';
import { nearest } from '../../src/base/text.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { ipvsParameters } from '../../src/model/sysctl-names.ts';
import { parameterLines } from '../../src/model/sysctl-writes.ts';

export default hostRule({
  id: 'sysctl/key-unknown',
  severity: 'warning',
  title: 'A parameter of IPVS is set that the mainline kernel does not have.',
  needs: ['sysctl', 'scripts'],
  docs: {
    what: 'A sysctl file or a script sets a key below net.ipv4.vs that no mainline kernel has: a misspelt one, or one of a vendor’s IPVS (Alibaba, DPVS).',
    why: 'sysctl says “cannot stat”, which nobody reads at boot, and what was meant is not in force.',
    repair: 'The name that the kernel has (`sysctl -a --pattern net.ipv4.vs` lists them with ip_vs loaded), or delete the line.',
    exceptions: 'The timeout_* keys of Linux 2.4 are not named. Globs match what is there.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl(8), -e', quote: 'Use this option to ignore errors about unknown keys.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const { key, at, confidence } of parameterLines(host)) {
      const name = /^net\/ipv4\/vs\/([a-z0-9_]+)$/.exec(key)?.[1];
      if (name === undefined || ipvsParameters.includes(name) || name.startsWith('timeout_')) continue;
      const near = nearest(name, ipvsParameters);
      yield { at, note: `there is no net.ipv4.vs.${name}${near ? `; the kernel has net.ipv4.vs.${near}` : ' in the mainline kernel'}`, confidence: weakest(confidence, near ? 'certain' : 'likely') };
    }
  },
});
