import { putBack } from '../../src/lint/put-back.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { sysctlNumber } from '../../src/model/sysctl.ts';
import { concernsCluster, effectsIn, startSteps, stopSteps } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/ipforward-reset-on-stop',
  severity: 'error',
  title: 'Stop turns forwarding off for the whole host.',
  needs: ['scripts'],
  docs: {
    what: 'The stop action writes 0 to ip_forward (or conf/all/forwarding), though it cannot know who else needs it.',
    why: 'ip_forward belongs to the host, not to one service: NAT for the real servers, VPNs, containers and every other service of a director stop passing packets, and the kernel resets further conf/* values to the defaults of a host that does not forward. DR and TUN never needed it.',
    repair: 'Delete the line. What forwards stands in /etc/sysctl.d, and stays.',
    exceptions: 'A script that puts back the value which start found is not reported.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, ip_forward', quote: 'This variable is special, its change resets all configuration parameters to their default state (RFC1122 for hosts, RFC1812 for routers)' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    // A script that wants no forwarding says so on start too.
    if (resets(startSteps(script)).length > 0) return;
    const found = resets(stopSteps(script));
    const kernel = found.filter(({ target }) => target === 'kernel').map(({ step }) => step);
    for (const { step, key, target } of found) {
      yield {
        at: step.at,
        note: `stop ${target === 'file' ? 'writes' : 'sets'} ${key.replace(/\//g, '.')} ${target === 'file' ? '= 0 into a sysctl file' : 'to 0'}, whoever else needs it`,
        confidence: step.confidence,
        ...putBack(script, 'forwarding', target === 'kernel' ? kernel : [step], (effect) => target === 'kernel' && forwards.test(effect.key ?? '')),
      };
    }
  },
});

const forwards = /^net\/ipv4\/(?:ip_forward|conf\/all\/forwarding)$/;

function resets(steps: ReturnType<typeof stopSteps>) {
  return effectsIn(steps, 'sysctl').flatMap(({ step, effect }) => (effect.key !== undefined && forwards.test(effect.key) && sysctlNumber(effect.value ?? '') === 0 ? [{ step, key: effect.key, target: effect.target }] : []));
}
