import { scriptRule } from '../../src/lint/rule.ts';
import { ipvsThereAtBoot } from '../../src/model/boot.ts';
import type { Host } from '../../src/model/host.ts';
import { assignmentsOf, sysctlNumber, type Assignment } from '../../src/model/sysctl.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';
import type { Effect, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/ipvs-module-not-loaded',
  severity: 'info',
  title: 'A script counts on the module ip_vs, and nothing has loaded it.',
  needs: ['scripts'],
  docs: {
    what: 'Start writes a parameter of IPVS (/proc/sys/net/ipv4/vs/…) before anything loads ip_vs; or it fills the table on a host whose kernel takes no modules once its sysctl files are read.',
    why: 'The parameters are there only while the module is: the write fails and the default stays. ipvsadm asks modprobe for the module itself, but where kernel.modules_disabled is 1 modprobe fails as well, and with it every service.',
    repair: '`ip_vs` in /etc/modules-load.d/ip_vs.conf, which is read before the sysctl files; or `modprobe ip_vs` as the first command of start.',
    exceptions: 'A start that only calls ipvsadm is not reported: it loads the module.',
    references: ['https://man7.org/linux/man-pages/man5/modules-load.d.5.html', 'https://docs.kernel.org/admin-guide/sysctl/kernel.html'],
  },
  proof: [
    { kind: 'manual', cite: 'ipvsadm.c: main()', quote: '/* try to insmod the ip_vs module if ipvs_init failed */' },
    { kind: 'manual', cite: 'proc(5), /proc/sys/kernel/modules_disabled', quote: 'A toggle value indicating if modules are allowed to be loaded in an otherwise modular kernel.' },
  ],
  since: '0.1.0',
  *check({ script, host }) {
    if (ipvsThereAtBoot(host)) return;
    const steps = startSteps(script);
    const locked = lockedModules(host);
    const [filled] = effectsIn(steps, 'ipvs').filter(({ step, effect }) => effect.does === 'add-service' && step.confidence === 'certain');
    if (locked && filled) {
      yield { at: filled.step.at, note: 'ip_vs cannot be loaded any more: kernel.modules_disabled is 1 since boot, and no file of modules-load.d names ip_vs', related: [{ at: locked.at, note: 'no module is loaded after this' }], confidence: locked.confidence };
      return;
    }
    const at = steps.findIndex((step) => isWrite(step) || mayLoad(step));
    const step = steps[at];
    if (!step || mayLoad(step) || step.confidence !== 'certain' || step.aside || isForgiven(step) || host.modules.some(({ module, at: place }) => /^ip_vs/.test(module) && place.file !== script.file)) return;
    const key = step.effects.flatMap((effect) => (isParameter(effect) ? [effect.key!] : []))[0]!;
    const later = steps.slice(at + 1).find(mayLoad);
    yield { at: step.at, note: `${key} is not there: nothing has loaded ip_vs yet`, related: later ? [{ at: later.at, note: 'this comes after it' }] : [], confidence: 'likely' };
  },
});

/** A failure that is meant to pass unseen; `> /dev/null` alone hides no error. */
function isForgiven(step: Step): boolean {
  return step.silenced && (step.tested || !step.redirects.some(({ operator }) => operator === '>') || step.redirects.some(({ operator }) => /^(?:2>|&>|>&)/.test(operator)));
}

/** The line that locks the kernel's modules at boot. */
function lockedModules(host: Host): Assignment | undefined {
  const last = assignmentsOf(host, 'kernel/modules_disabled').at(-1);
  return last && last.by === 'config' && sysctlNumber(last.value) === 1 ? last : undefined;
}

function isParameter(effect: Effect): effect is Extract<Effect, { kind: 'sysctl' }> {
  return effect.kind === 'sysctl' && effect.target === 'kernel' && /^net\/ipv4\/vs\/./.test(effect.key ?? '');
}

function isWrite(step: Step): boolean {
  return step.effects.some(isParameter);
}

/** Whether a command loads ip_vs, or may: ipvsadm does, so do keepalived and what is not read. */
function mayLoad(step: Step): boolean {
  if (step.name === undefined || /^(?:ipvsadm(?:-restore|-save)?|insmod|kmod|keepalived|ldirectord|docker|podman|kube-proxy|systemctl|service|depmod)$/.test(step.name)) return true;
  return step.effects.some((effect) => (effect.kind === 'module' && effect.load && (effect.module === undefined || /^ip_vs/.test(effect.module))) || effect.kind === 'ipvs' || effect.kind === 'service' || (effect.kind === 'source' && !effect.found && !/functions$/.test(effect.path ?? '')));
}
