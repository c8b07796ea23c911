import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';
import { schedulers } from '../../src/model/words.ts';

/** Schedulers of kernels with patches of their own. */
const elsewhere = new Set(['conhash']);

export default hostRule({
  id: 'service/scheduler-unknown',
  severity: 'error',
  title: 'A service names a scheduler that the kernel does not have.',
  needs: ['services'],
  docs: {
    what: 'The scheduler’s name is none of the kernel’s: rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, fo, ovf, mh, twos. They are written in lower case.',
    why: 'ipvsadm asks the kernel for the module ip_vs_NAME, is told “Scheduler or persistence engine not found”, and adds no service: every destination of it fails too. keepalived drops the line and schedules by wlc.',
    repair: 'Write one of the kernel’s names, `-s rr` or `lb_algo rr`: round robin is rr, by weight wrr, by connections lc or wlc.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_add_service()', quote: 'sched = ip_vs_scheduler_get(u->sched_name); if (!sched) { pr_info("Scheduler module ip_vs_%s not found\\n", u->sched_name); ret = -ENOENT;' },
    { kind: 'manual', cite: 'keepalived 2.2.7, check_parser.c: lbalgo_handler()', quote: 'Invalid lvs_scheduler \'%s\' - ignoring' },
  ],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const { scheduler } = service;
      if ((schedulers as readonly string[]).includes(scheduler) || elsewhere.has(scheduler)) continue;
      const lower = scheduler.toLowerCase();
      const meant = (schedulers as readonly string[]).includes(lower) ? lower : plain.get(lower.replace(/[^a-z]/g, ''));
      yield {
        at: service.schedulerAt ?? service.at,
        note: `'${scheduler}' of ${showService(service)} is no scheduler${meant ? `; ${meant} is` : ''}`,
        confidence: service.confidence,
        ...(meant && service.schedulerAt ? { fix: { title: `schedule by ${meant}`, safe: false, edits: [{ at: service.schedulerAt, text: meant }] as const } } : {}),
      };
    }
  },
});

/** What people write for the kernel's names. */
const plain: ReadonlyMap<string, string> = new Map([
  ['roundrobin', 'rr'],
  ['weightedroundrobin', 'wrr'],
  ['leastconnection', 'lc'],
  ['leastconnections', 'lc'],
  ['leastconn', 'lc'],
  ['weightedleastconnection', 'wlc'],
  ['sourcehash', 'sh'],
  ['sourcehashing', 'sh'],
  ['destinationhash', 'dh'],
  ['rr', 'rr'],
  ['wrr', 'wrr'],
  ['wlc', 'wlc'],
]);
