import { hostRule } from '../../src/lint/rule.ts';
import { faultsOf } from '../../src/model/table.ts';

export default hostRule({
  id: 'keepalived/value-garbage',
  severity: 'error',
  title: 'A value is none that keepalived can take.',
  needs: ['services'],
  docs: {
    what: 'A number is out of range or has other characters in it, an address is none (a placeholder, a host name, full-width digits).',
    why: 'keepalived drops the line, or the whole virtual server or real server, with a message in the log: an instance runs with the default priority 100, a real server is missing. A word that needs a value and has none ends keepalived itself (“exited with permanent error CONFIG. Terminating”).',
    repair: 'Write a plain number or address; names are not looked up.',
    exceptions: 'Values that come from a definition which is not in the files are not judged.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [
    { kind: 'manual', cite: 'keepalived 2.2.7, check_data.c: alloc_rs()', quote: 'Invalid real server ip address/port %s/%s - skipping' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const fault of faultsOf(host, 'keepalived', 'value-refused', 'address-refused')) {
      yield {
        at: fault.at,
        note: `'${fault.found}': ${fault.outcome}`,
        ...(fault.other ? { related: [{ at: fault.other, note: 'the other one' }] } : {}),
        confidence: fault.confidence,
      };
    }
  },
});
