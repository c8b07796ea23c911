import { weakest } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { showService } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'service/ftp-without-persistence',
  severity: 'error',
  title: 'FTP is balanced without NAT and without persistence.',
  needs: ['services'],
  docs: {
    what: 'A service of TCP port 21 forwards by direct routing or tunnelling to several real servers and is not persistent.',
    why: 'FTP opens a second connection for its data. Without persistence it is scheduled anew and reaches another server, which knows nothing of it: the login works, listings and transfers hang.',
    repair: '`-p 360` for a service of every port (`-t VIP:0`), or one firewall mark for port 21, port 20 and the passive ports, with -p.',
    exceptions: 'NAT with the module ip_vs_ftp, a single real server, and a service of a mark.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --persistent', quote: 'If a virtual service is to handle FTP connections then persistence must be set for the virtual service if Direct Routing or Tunnelling is used as the forwarding mechanism.' }],
  since: '0.1.0',
  *check({ host }) {
    for (const service of servicesOnce(host)) {
      const { key } = service;
      if (key.by !== 'address' || key.protocol !== 'tcp' || key.port !== 21 || service.persistence || service.scheduler === 'sh') continue;
      const others = service.destinations.filter(({ forwarding, weight }) => forwarding !== 'nat' && weight !== 0);
      if (others.length < 2) continue;
      yield { at: service.at, note: `${showService(service)} is not persistent, so a data connection goes to any of ${others.length} servers`, confidence: weakest(service.confidence, ...others.map(({ confidence }) => confidence)) };
    }
  },
});
