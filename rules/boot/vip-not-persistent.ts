import { scriptRule } from '../../src/lint/rule.ts';
import { concernsCluster, effectsIn, liesInInit, serviceName, startSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'boot/vip-not-persistent',
  severity: 'warning',
  title: 'Boot does not run the script that makes the host a part of the cluster.',
  needs: ['scripts'],
  docs: {
    what: 'An init script sets the VIP, ARP settings or the IPVS table, and no runlevel has a link for it, though others of its host have theirs; nor does a unit, a cron table or another script start it.',
    why: 'Everything works until the next boot: then a real server drops what the director sends, or the director has no table.',
    repair: '`chkconfig --add NAME && chkconfig NAME on` (Red Hat), `update-rc.d NAME defaults` (Debian), `rc-update add NAME` (OpenRC).',
    exceptions: 'Nothing is said where the links of a host were not seen, where a K link says that the service is meant to be off, or where keepalived or heartbeat may call the script.',
    references: ['https://manpages.debian.org/bookworm/init-system-helpers/update-rc.d.8.en.html'],
  },
  proof: [{ kind: 'manual', cite: 'update-rc.d(8), DESCRIPTION', quote: 'update-rc.d updates the System V style init script links' }],
  since: '0.1.0',
  *check({ script, host }) {
    const started = host.boot?.started;
    const name = serviceName(script);
    if (!started || started.has(name) || !liesInInit(script) || !concernsCluster(script) || host.keepalived || host.boot?.resources) return;
    const vip = startSteps(script).find((step) => step.effects.some(({ kind }) => kind === 'address' || kind === 'ipvs' || kind === 'sysctl'));
    if (!vip || host.scripts.some((other) => effectsIn(startSteps(other), 'service').some(({ effect }) => effect.service === undefined || effect.service === name))) return;
    yield { at: vip.at, note: `no link of a runlevel names ${name}, as one names ${[...started][0]}`, confidence: 'likely' };
  },
});
