import type { DirectorPlan } from '../plan/plan.ts';
import { banner, type Context, type View } from './views.ts';

/** etc/nftables/lvs-marks.nft: a table of our own, which no other firewall of the host touches. */
export function marksView(context: Context<DirectorPlan>): View {
  const { host, mark } = context;
  return {
    ...banner(context),
    rules: host.services.flatMap(({ key }) =>
      key.by === 'fwmark' ? key.matches.map(({ vip, protocol, ports, path }) => ({ at: mark(path), rule: `${vip.family === 4 ? 'ip' : 'ip6'} daddr ${vip.text} ${protocol} dport { ${ports.join(', ')} } meta mark set ${key.mark}` })) : [],
    ),
  };
}
