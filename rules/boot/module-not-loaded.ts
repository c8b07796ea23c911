import { scriptRule } from '../../src/lint/rule.ts';
import { startSteps } from '../../src/model/timeline.ts';
import type { Effect, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'boot/module-not-loaded',
  severity: 'warning',
  title: 'A parameter of tunl0 is written before tunl0 is there.',
  needs: ['scripts'],
  docs: {
    what: 'Start writes a parameter of tunl0 before anything loads the module ipip, which makes the device.',
    why: 'The file is not there yet: the write fails, tunl0 gets the values of conf/default when it comes, and with rp_filter 1 among them every packet out of the tunnel is dropped.',
    repair: '`modprobe ipip` first, or `ipip` in /etc/modules-load.d/ipip.conf.',
    exceptions: 'ifconfig and ip load the module when they name tunl0. Nothing is said where a file of boot, another script or a network configuration does it, or where the write stands behind a test.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/ipip.c', quote: 'MODULE_ALIAS_NETDEV("tunl0");' }],
  since: '0.1.0',
  *check({ script, host }) {
    if (host.modules.some(({ module, at }) => module === 'ipip' && at.file !== script.file) || host.addresses.some(({ device, at }) => device === 'tunl0' && at.file !== script.file)) return;
    const steps = startSteps(script);
    const first = steps.findIndex((step) => step.effects.some(isWrite) || mayMake(step));
    const step = steps[first];
    if (!step || mayMake(step) || step.confidence !== 'certain' || step.aside) return;
    const effect = step.effects.find(isWrite)!;
    const made = steps.slice(first).find(mayMake);
    yield { at: step.at, note: `${effect.key} is not there: nothing has loaded ipip yet`, ...(made ? { related: [{ at: made.at, note: 'this comes after it' }] } : {}), confidence: 'likely' };
  },
});

function isWrite(effect: Effect): effect is Extract<Effect, { kind: 'sysctl' }> {
  return effect.kind === 'sysctl' && effect.target === 'kernel' && /^net\/ipv4\/conf\/tunl0\//.test(effect.key ?? '');
}

/** Whether a command makes tunl0, or may: it names the device to a tool of the network, loads a module or starts something that is not read. */
function mayMake(step: Step): boolean {
  if (step.effects.some(isWrite)) return false;
  if (step.name === undefined || /^(?:ifup|insmod|dhclient|nmcli|netplan)$/.test(step.name)) return true;
  return step.effects.some((effect) => {
    if (effect.kind === 'module') return effect.load && (effect.module === undefined || effect.module === 'ipip');
    if (effect.kind === 'address' || effect.kind === 'link') return effect.device === undefined || effect.device === 'tunl0';
    return effect.kind === 'service' || (effect.kind === 'source' && !effect.found && !/functions$/.test(effect.path ?? ''));
  }) || (/^(?:ip|ifconfig)$/.test(step.name) && step.words.some(({ text }) => text === undefined || /^(?:tunl0|tunnel|ipip)$/.test(text)));
}
