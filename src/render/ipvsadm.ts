import type { DirectorPlan } from '../plan/plan.ts';
import { destinationAddress, destinationOptions, serviceOptions, serviceWords, syncWords } from './ipvsadm-words.ts';
import { banner, type Context, type View } from './views.ts';

/** The rules that `ipvsadm -R` loads: no comments, which it refuses (ipvsadm 1.31, exit code 255). */
export function rulesView({ host, mark }: Context<DirectorPlan>): View {
  return {
    services: host.services.map((service) => ({
      at: mark(service.path),
      words: serviceWords(service).join(' '),
      options: serviceOptions(service).join(' '),
      destinations: service.destinations.map((destination) => ({ at: mark(destination.path), service: serviceWords(service).join(' '), address: destinationAddress(destination), options: destinationOptions(destination).join(' ') })),
    })),
  };
}

/** What the package's own service does besides loading the rules. */
export function ipvsadmServiceView(context: Context<DirectorPlan>): View {
  const { host, mark, plan } = context;
  const { timeouts, syncDaemon } = host;
  return {
    ...banner(context),
    rhel: plan.division.system !== 'debian12' && plan.division.system !== 'ubuntu2404',
    after: [
      ...(timeouts ? [{ at: mark(timeouts.path), words: `--set ${timeouts.tcp} ${timeouts.tcpFin} ${timeouts.udp}` }] : []),
      ...(syncDaemon ? [{ at: mark(syncDaemon.path), words: `--start-daemon master ${syncWords(syncDaemon).join(' ')}` }] : []),
    ],
    stops: syncDaemon ? [{ at: mark(syncDaemon.path), words: '--stop-daemon master' }] : [],
  };
}
