import { hostRule } from '../../src/lint/rule.ts';
import { effectsOf } from '../../src/model/timeline.ts';

// An idle HTTP connection is commonly held for 60 to 75 seconds.
const least = 60;

export default hostRule({
  id: 'service/timeouts-too-short',
  severity: 'warning',
  title: 'IPVS forgets idle TCP connections within a minute.',
  needs: ['scripts'],
  docs: {
    what: '`ipvsadm --set` gives established TCP connections less than 60 seconds (the first number; the kernel’s own value is 900).',
    why: 'When the entry of an idle connection is gone, its next packet belongs to no connection: sessions of ssh, of databases and kept-alive HTTP hang or are reset.',
    repair: '`ipvsadm --set 900 120 300`: the kernel’s defaults; at least longer than the applications keep a connection idle.',
    exceptions: 'A director of UDP services only. 0 leaves a timeout as it is.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --set', quote: 'Change the timeout values used for IPVS connections. This command always takes 3 parameters, representing the timeout values (in seconds) for TCP sessions, TCP sessions after receiving a FIN packet, and UDP packets, respectively.' }],
  since: '0.1.0',
  *check({ host }) {
    if (host.services.length > 0 && host.services.every(({ key }) => key.by === 'address' && key.protocol !== 'tcp')) return;
    for (const script of host.scripts) {
      for (const { step, effect } of effectsOf(script, 'ipvs')) {
        if (effect.does !== 'set-timeouts') continue;
        const tcp = effect.timeouts[0];
        if (tcp === undefined || tcp === 0 || tcp >= least) continue;
        yield { at: step.at, note: `an established TCP connection is forgotten after ${tcp} idle seconds (default 900)`, confidence: step.confidence };
      }
    }
  },
});
