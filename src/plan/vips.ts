import type { SpecPath } from '../spec/spec.ts';
import { broadcastOf, dottedMask } from './netmask.ts';
import type { HeldVip, Refuse } from './plan.ts';
import type { ResolvedVip } from './resolve.ts';

/** IFNAMSIZ less the closing NUL: what a label may have. */
const maxLabel = 15;

/** VIPs on one device, each under a label of its own: `lo:lvs1`. A long device name leaves room for a short label only. */
export function holdVips(vips: readonly ResolvedVip[], device: string, prefixOf: (vip: ResolvedVip) => number, devicePath: SpecPath, refuse: Refuse): readonly HeldVip[] {
  // IPv6 knows no labels.
  const labels = vips.filter(({ ip }) => ip.family === 4).length;
  let labelled = 0;
  const stem = ['lvs', 'v', ''].find((candidate) => device.length + 1 + candidate.length + String(labels).length <= maxLabel);
  if (stem === undefined && labels > 0) {
    refuse(devicePath, `found ${JSON.stringify(device)}, expected a name that leaves room for the VIPs' labels (${device}:1 has more than ${maxLabel} characters)`);
    return [];
  }
  return vips.map((vip) => {
    const prefix = prefixOf(vip);
    const v4 = vip.ip.family === 4;
    return { ip: vip.ip, prefix, prefixWritten: prefix === vip.prefix && vip.prefixWritten, netmask: v4 ? dottedMask(prefix) : '', broadcast: v4 ? broadcastOf({ ip: vip.ip, prefix }) : '', device, label: v4 ? `${device}:${stem}${(labelled += 1)}` : device, path: vip.path };
  });
}
