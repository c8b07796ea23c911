import { hostRule } from '../../src/lint/rule.ts';
import { sysctlValue } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/vs-drop-entry-always',
  severity: 'error',
  title: 'IPVS is told to drop entries or packets all the time.',
  needs: ['sysctl'],
  docs: {
    what: 'drop_entry, drop_packet or secure_tcp of IPVS is 3: the defence against floods is always on, not only when memory runs out.',
    why: 'drop_entry=3 throws half-open connections away every second, drop_packet=3 one packet in ten (am_droprate), whether there is an attack or not: clients see connections that hang or break at random.',
    repair: '`net.ipv4.vs.drop_entry = 1` (automatic: on only while memory is short), or leave the line out.',
    exceptions: '0, 1 and 2 are fine: 2 is what the kernel itself writes while an automatic mode is on.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ipvs-sysctl.rst, drop_entry', quote: '3 means that the strategy is always enabled.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const name of ['drop_entry', 'drop_packet', 'secure_tcp']) {
      const fact = sysctlValue(host, `net/ipv4/vs/${name}`);
      if (fact.state === 'set' && fact.value === 3) yield { at: fact.at, note: `net.ipv4.vs.${name} is 3: always on; 1 turns it on while memory is short`, confidence: fact.confidence ?? 'certain' };
    }
  },
});
