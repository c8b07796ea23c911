import { hostRule } from '../../src/lint/rule.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'boot/conn-tab-bits-without-effect',
  severity: 'info',
  title: 'The size of the connection table is set where it has no effect.',
  needs: ['scripts'],
  docs: {
    what: '`conn_tab_bits` stands in a file of modprobe.d whose name does not end in .conf, is out of range, or is given when the module is there already.',
    why: 'The table keeps 2^12 rows: with a million connections each row is a chain of hundreds that every packet walks.',
    repair: '`options ip_vs conn_tab_bits=20` in /etc/modprobe.d/ip_vs.conf, in force when the module is loaded the next time; rebuild the initramfs where it holds ip_vs.',
    exceptions: 'A script that takes the module out first (`modprobe -r ip_vs`) may load it anew.',
    references: ['https://docs.kernel.org/networking/ipvs-sysctl.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_conn.c', quote: 'module_param_named(conn_tab_bits, ip_vs_conn_tab_bits, int, 0444);' },
    { kind: 'manual', cite: 'modprobe.d(5), DESCRIPTION', quote: 'All files underneath the /etc/modprobe.d directory which end with the .conf extension specify those options as required.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const options = (host.boot?.moduleOptions ?? []).filter(({ module, option }) => module === 'ip_vs' && option === 'conn_tab_bits');
    for (const { at, value, read } of options) {
      if (!read && !options.some((other) => other.read)) yield { at, note: `${at.file.slice(at.file.lastIndexOf('/') + 1)} is not read: its name does not end in .conf`, confidence: 'likely' };
      const bits = /^\d+$/.test(value) ? Number(value) : undefined;
      if (read && bits !== undefined && (bits < 8 || bits > 27)) yield { at, note: `${value} is out of range: the kernel takes 8 to 20, since 6.5 to 27, and else its default` };
    }
    for (const script of host.scripts) {
      const steps = startSteps(script);
      for (const [index, step] of steps.entries()) {
        const sets = step.name === 'modprobe' && step.words.some(({ text }) => text === 'ip_vs') && step.words.find(({ text }) => text?.startsWith('conn_tab_bits='));
        if (!sets || step.confidence !== 'certain') continue;
        const before = steps.slice(0, index).filter((other) => other.confidence === 'certain' && !other.aside);
        if (before.some((other) => other.effects.some((effect) => effect.kind === 'module' && !effect.load))) continue;
        const loads = effectsIn(before, 'module').find(({ effect }) => effect.load && /^ip_vs/.test(effect.module ?? ''))?.step ?? effectsIn(before, 'ipvs').find(({ effect }) => effect.does !== 'invalid')?.step;
        if (loads) yield { at: sets.at, note: `ip_vs is loaded by then: ${sets.text} is dropped`, related: [{ at: loads.at, note: 'this loads it' }] };
      }
    }
  },
});
