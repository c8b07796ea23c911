import type { Confidence } from '../base/fact.ts';
import type { Span } from '../base/origin.ts';
import type { Host } from './host.ts';
import { effectsOf, inScript } from './timeline.ts';

/** A line of a host that means to write a kernel parameter, whether there is one of that name or not. */
export interface ParameterLine {
  /** Slash form below /proc/sys; may be a glob of sysctl.d(5). */
  readonly key: string;
  readonly at: Span;
  readonly confidence: Confidence;
}

/** Every line of a host's sysctl files, and every command of its scripts, that names a parameter to write; each place once a key. */
export function parameterLines(host: Host): readonly ParameterLine[] {
  const found: ParameterLine[] = [];
  for (const [key, lines] of host.sysctls) for (const { at, confidence, by } of lines) if (by === 'config') found.push({ key, at, confidence });
  const known = new Set(found.map(({ key, at }) => `${key} ${at.file} ${at.line}`));
  for (const script of host.scripts) {
    for (const { step, effect } of effectsOf(script, 'sysctl', ({ step: one, effect: its }) => its.key !== undefined && inScript(script, one.at))) {
      const id = `${effect.key} ${step.at.file} ${step.at.line}`;
      if (known.has(id)) continue;
      known.add(id);
      found.push({ key: effect.key!, at: step.at, confidence: step.confidence });
    }
  }
  return found;
}
