import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'service/ftp-without-helper',
  severity: 'error',
  title: 'FTP is balanced by NAT, but ip_vs_ftp is not loaded.',
  needs: ['services', 'scripts'],
  docs: {
    what: 'A service of TCP port 21 forwards by NAT, and neither a modules file nor a script loads ip_vs_ftp, though other modules of IPVS are loaded there.',
    why: 'An FTP server tells its own address and port for the data connection. Only ip_vs_ftp rewrites them to the VIP and expects that connection: without it the login works, and listings and transfers hang. The kernel does not load it by itself.',
    repair: '`modprobe ip_vs_ftp`, and the line `ip_vs_ftp` in /etc/modules-load.d/ipvs.conf.',
    exceptions: 'Direct routing and tunnelling, where the servers answer for themselves. nf_conntrack_ftp is no substitute.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [
    { kind: 'manual', cite: 'ipvsadm(8), --persistent', quote: 'If Masquerading is used in conjunction with an FTP service than persistence is not necessary, but the ip_vs_ftp kernel module must be used.' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_proto_tcp.c: tcp_app_conn_bind()', quote: '/* Default binding: bind app only for NAT */' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const services = servicesOnce(host).filter(({ key, destinations }) => key.by === 'address' && key.protocol === 'tcp' && key.port === 21 && destinations.some(({ forwarding }) => forwarding === 'nat'));
    if (services.length === 0) return;
    const scripted = host.scripts.flatMap((script) => effectsIn(startSteps(script), 'module')).filter(({ effect }) => effect.load);
    // A module whose name is not known may be the one.
    if (scripted.some(({ effect }) => effect.module === undefined)) return;
    const loaded = [...host.modules, ...scripted.map(({ step, effect }) => ({ module: effect.module!, at: step.at }))].map(({ module, at }) => ({ module: module.replaceAll('-', '_'), at }));
    if (loaded.some(({ module }) => module === 'ip_vs_ftp')) return;
    const other = loaded.find(({ module }) => /^ip_vs(?:_|$)/.test(module));
    if (!other) {
      // Where no module of IPVS is loaded, the place that does it may not have been seen.
      yield { lacks: 'scripts', host: host.name };
      return;
    }
    for (const service of services) {
      yield { at: service.at, note: `${showService(service)} forwards by NAT, and nothing loads ip_vs_ftp`, related: [{ at: other.at, note: `${other.module} is loaded here` }], confidence: weakest(service.confidence, 'likely') };
    }
  },
});
