import { hostRule } from '../../src/lint/rule.ts';
import { checkerOf } from '../../src/model/boot.ts';

export default hostRule({
  id: 'boot/ipvsadm-config-save-on-stop',
  severity: 'warning',
  title: 'The ipvsadm service saves a table that a health checker makes.',
  needs: ['services'],
  docs: {
    what: '`IPVS_SAVE_ON_STOP` or `IPVS_SAVE_ON_RESTART` is yes on a host whose table is made by keepalived or ldirectord.',
    why: 'What the checker had changed at that moment is saved: a real server with weight 0 or taken out. The next boot restores it, and the checker finds a table that is not its own.',
    repair: '`IPVS_SAVE_ON_STOP="no"` and `IPVS_SAVE_ON_RESTART="no"`; disable the ipvsadm service where a checker makes the table.',
    exceptions: 'Nothing is said where boot is seen not to start the ipvsadm service.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm-save.8.html'],
  },
  proof: [{ kind: 'manual', cite: '/etc/sysconfig/ipvsadm-config of Red Hat', quote: 'Saves all ipvs rules to /etc/sysconfig/ipvsadm if ipvsadm gets stopped' }],
  since: '0.1.0',
  *check({ host }) {
    const service = host.boot?.ipvsadm;
    const saves = service?.saves.filter(({ value }) => value) ?? [];
    const [first] = saves;
    if (!first || service?.atBoot?.value === false) return;
    if (!host.seen.has('services')) return yield { lacks: 'services', host: host.name };
    const checker = checkerOf(host);
    if (!checker) return;
    const made = host.services.find(({ managed }) => managed)!;
    yield { at: first.at, note: `${saves.map(({ name }) => name).join(' and ')} is on, and ${checker} makes the table`, related: [...saves.slice(1).map(({ at, name }) => ({ at, note: name })), { at: made.at, note: `${checker} makes this service` }] };
  },
});
