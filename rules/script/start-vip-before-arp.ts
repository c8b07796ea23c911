import { compareSpans } from '../../src/base/origin.ts';
import { textOf, beforeLine, linesSpan, standsAlone, straightBetween } from '../../src/lint/edits.ts';
import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { deviceKind } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { assignmentsOf, sysctlNumber } from '../../src/model/sysctl.ts';
import { arpSetting, effectsIn, holdsQuietly, inScript, neverBoth, startSteps } from '../../src/model/timeline.ts';
import type { Effect, Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/start-vip-before-arp',
  severity: 'warning',
  title: 'Start brings the VIP up before the ARP settings are written.',
  needs: ['scripts'],
  docs: {
    what: 'On start a real server takes the VIP first and writes arp_ignore or arp_announce afterwards, and no sysctl file has written them at boot.',
    why: 'Between the two commands the host answers ARP requests for the VIP and names it as the source of its own. A router that asks in that moment keeps the answer for minutes: all traffic then goes past the director to this one server.',
    repair: '`echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore` and `echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce` first, `ip addr add VIP/32 dev lo` last. On stop the other way round.',
    exceptions: 'Where /etc/sysctl.conf or a file of sysctl.d sets both for all devices, the order within the script no longer matters.',
    references: ['https://docs.kernel.org/networking/ip-sysctl.html', 'http://www.linuxvirtualserver.org/docs/arp.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/arp.c: arp_process()', quote: 'dont_send = arp_ignore(in_dev, sip, tip);' },
    { kind: 'manual', cite: 'Documentation/networking/ip-sysctl.rst, arp_ignore', quote: '0 - (default): reply for any local target IP address, configured on any interface' },
  ],
  since: '0.1.0',
  *check({ script, host }) {
    const steps = startSteps(script);
    const at = steps.findIndex((step) => step.effects.some((effect) => effect.kind === 'address' && holdsQuietly(effect)));
    const vip = steps[at];
    if (!vip) return;
    const taken = vip.effects.find((effect): effect is Extract<Effect, { kind: 'address' }> => effect.kind === 'address')!;
    const late = (['arp_ignore', 'arp_announce'] as const).flatMap((parameter) => {
      if (hidden(host, parameter) || settingOf(steps.slice(0, at), parameter) || steps.slice(0, at).some(loadsUnknown)) return [];
      const setting = settingOf(steps.slice(at + 1).filter((step) => !neverBoth(vip, step)), parameter);
      return setting ? [{ parameter, ...setting }] : [];
    });
    const [first] = late;
    if (!first) return;
    const what = taken.ip?.text ?? 'the VIP';
    yield {
      at: vip.at,
      note: `${what} is on ${taken.label ?? taken.device} before ${late.map(({ parameter, value }) => `${parameter} is ${value}`).join(' and ')} (line ${first.step.at.line})`,
      related: late.map(({ step, parameter }) => ({ at: step.at, note: `${parameter} is only written here` })),
      confidence: vip.confidence,
      ...fixOf(script, steps, vip),
    };
  },
});

/** The write that turns a setting on for devices that hear the wire; on lo it does nothing (arp/settings-on-lo-only). */
function settingOf(steps: readonly Step[], parameter: string): { readonly step: Step; readonly value: number } | undefined {
  for (const { step, effect } of effectsIn(steps, 'sysctl')) {
    const setting = arpSetting(effect.key);
    const value = sysctlNumber(effect.value ?? '');
    if (effect.target === 'kernel' && setting?.parameter === parameter && setting.device !== 'default' && (setting.device === 'all' || deviceKind(setting.device) === 'nic') && value !== undefined && value > 0) return { step, value };
  }
  return undefined;
}

/** Whether boot has written the setting before any script runs. */
function hidden(host: Host, parameter: string): boolean {
  const keys = [...host.sysctls.keys()].filter((key) => key.endsWith(`/${parameter}`) && !/\/conf\/(?:lo|default)\//.test(key));
  return keys.some((key) => assignmentsOf(host, key).some((line) => line.by !== 'script' && (sysctlNumber(line.value) ?? 0) > 0));
}

/** Settings that come from a file which nobody could read, or by filters of ARP. */
function loadsUnknown(step: Step): boolean {
  return step.effects.some((effect) => effect.kind === 'sysctl-load' || (effect.kind === 'firewall' && effect.tool === 'arptables' && effect.does === 'add') || (effect.kind === 'sysctl' && effect.target === 'kernel' && effect.key === undefined));
}

/** The ARP lines move up to the VIP's line, where all of it is one run of plain commands. */
function fixOf(script: Script, steps: readonly Step[], vip: Step): { readonly fix?: Fix } {
  const after = steps.slice(steps.indexOf(vip) + 1);
  const moved = [...new Map(after.filter((step) => step.effects.length > 0 && step.effects.every((effect) => effect.kind === 'sysctl' && effect.target === 'kernel' && arpSetting(effect.key))).map((step) => [step.at.line, step])).values()];
  // The keys of tunl0 are there only once the command that takes the VIP has made the device.
  if (moved.some((step) => step.effects.some((effect) => effect.kind === 'sysctl' && deviceKind(arpSetting(effect.key)?.device ?? '') === 'tunnel')) && !steps.slice(0, steps.indexOf(vip)).some((step) => step.effects.some((effect) => effect.kind === 'module' && effect.load))) return {};
  const last = moved.at(-1);
  if (!last || !inScript(script, vip.at) || vip.within !== last.within || vip.loop || !standsAlone(script.source, vip.at)) return {};
  const plain = moved.every((step) => inScript(script, step.at) && step.loop === undefined && compareSpans(step.at, vip.at) > 0 && standsAlone(script.source, step.at) && !step.tested);
  if (!plain || !straightBetween(script.source, vip.at, last.at)) return {};
  const texts = moved.map((step) => textOf(script.source, linesSpan(script.source, step.at.line, step.at.endLine)));
  if (texts.some((text) => !text.endsWith('\n'))) return {};
  const edits: [Edit, ...Edit[]] = [{ at: beforeLine(script.source, vip.at.line), text: texts.join('') }, ...moved.map((step): Edit => ({ at: linesSpan(script.source, step.at.line, step.at.endLine), text: '' }))];
  return { fix: { title: 'write the ARP settings before the VIP comes up', safe: true, edits } };
}
