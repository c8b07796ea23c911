import { hostRule, type Problem } from '../../src/lint/rule.ts';
import { builtWith, lackingAt, type KernelBuild } from '../../src/model/boot.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';
import { schedulers } from '../../src/model/words.ts';

export default hostRule({
  id: 'boot/kernel-without-ipvs',
  severity: 'error',
  title: 'No installed kernel of a director has what its table needs.',
  needs: ['services'],
  docs: {
    what: 'The build options of every kernel in /boot lack IPVS, or the scheduler that a service names.',
    why: 'ipvsadm ends in `Protocol not available`, or in `Scheduler or persistence engine not found`: the service is not made.',
    repair: 'Boot a kernel with `CONFIG_IP_VS=m` and the scheduler (`CONFIG_IP_VS_WLC=m`): cloud and container kernels of distributions have a full one beside them (`linux-image-amd64`, `kernel-modules-extra`).',
    exceptions: 'Nothing is said where one of the kernels has it.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_ctl.c: ip_vs_add_service()', quote: 'pr_info("Scheduler module ip_vs_%s not found\\n", u->sched_name);' }],
  since: '0.1.0',
  *check({ host }) {
    const kernels = host.boot?.kernels ?? [];
    if (kernels.length === 0 || !host.roles.includes('director')) return;
    if (kernels.every((kernel) => !builtWith(kernel, 'IP_VS'))) return yield lacking(kernels, 'IP_VS', 'no IPVS');
    const able = kernels.filter((kernel) => builtWith(kernel, 'IP_VS'));
    const asked = new Set<string>();
    for (const service of servicesOnce(host)) {
      const { scheduler } = service;
      const option = `IP_VS_${scheduler.toUpperCase()}`;
      if (asked.has(scheduler) || !schedulers.some((known) => known === scheduler) || able.some((kernel) => builtWith(kernel, option))) continue;
      asked.add(scheduler);
      const problem = lacking(able, option, `no scheduler ${scheduler}`);
      yield { ...problem, related: [...(problem.related ?? []), { at: service.schedulerAt ?? service.at, note: `${showService(service)} wants it` }] };
    }
  },
});

function lacking(kernels: readonly KernelBuild[], option: string, what: string): Problem {
  const [first, ...rest] = kernels as readonly [KernelBuild, ...KernelBuild[]];
  return {
    at: lackingAt(first, option), note: `${first.release} has ${what}: CONFIG_${option} is not set`,
    ...(rest.length > 0 ? { related: rest.map((kernel) => ({ at: lackingAt(kernel, option), note: `nor has ${kernel.release}` })) } : {}),
  };
}
