import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { ipvsThereAtBoot } from '../../src/model/boot.ts';
import type { Host } from '../../src/model/host.ts';
import { assignmentsOf, sysctlNumber, type Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'sysctl/vs-module-order',
  severity: 'error',
  title: 'Parameters of IPVS are set at boot before its module is loaded.',
  needs: ['sysctl'],
  docs: {
    what: 'A sysctl file sets keys below net.ipv4.vs, and no file of modules-load.d (nor /etc/modules) names ip_vs.',
    why: 'The keys are there only while ip_vs is loaded. Sysctl files are read early in boot, long before ipvsadm, keepalived or a script loads the module: the writes fail silently, the module comes with its defaults, and what worked after `sysctl -p` is gone after the next boot.',
    repair: '`echo ip_vs > /etc/modules-load.d/ip_vs.conf`: modules of these files are loaded before sysctl files are read. Or set the keys where the table is made: `sysctl -w net.ipv4.vs.conntrack=1` in the script, `ExecStartPre=` in a unit.',
    exceptions: 'Silent where ip_vs is built into the kernel, where a script or unit writes the same key or loads the files once more, and for keys that only repeat the kernel’s default.',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html', 'https://github.com/systemd/systemd/issues/1113'],
  },
  proof: [{ kind: 'manual', cite: 'sysctl.d(5)', quote: 'This means that systemd-sysctl.service(8) which runs during early boot will not configure such parameters if they become available after it has run.' }],
  since: '0.1.0',
  *check({ host }) {
    if (!host.seen.has('sysctl') || ipvsThereAtBoot(host)) return;
    const lines = [...host.sysctls].flatMap(([key, all]) => (/^net\/ipv4\/vs\//.test(key) && all.length > 0 && all.every(({ by }) => by === 'config') && !repeatsDefault(host, key) ? all.slice(-1) : []));
    const [first, ...rest] = lines;
    if (!first) return;
    const late = host.modules.find(({ module }) => module === 'ip_vs');
    yield {
      at: first.at,
      note: `${dotted(first)}${rest.length > 0 ? ` and ${rest.length} more` : ''} ${rest.length > 0 ? 'are' : 'is'} not there yet when boot reads this file: ${late ? 'ip_vs is loaded later' : 'nothing that boot loads before names ip_vs'}`,
      related: otherPlaces(first.at, [...(late ? [{ at: late.at, note: 'ip_vs is loaded here' }] : []), ...rest.map(({ at }) => ({ at, note: 'lost as well' }))]),
      confidence: 'likely',
    };
  },
});

const ofKernel: Readonly<Record<string, number>> = { conn_reuse_mode: 1, pmtu_disc: 1, snat_reroute: 1, sync_version: 1 };

function repeatsDefault(host: Host, key: string): boolean {
  const last = assignmentsOf(host, key).at(-1);
  return last !== undefined && sysctlNumber(last.value) === (ofKernel[key.slice(key.lastIndexOf('/') + 1)] ?? 0);
}

function dotted({ key }: Assignment): string {
  return key.replaceAll('/', '.');
}
