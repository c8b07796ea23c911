import type { SpecPath } from '../spec/spec.ts';
import { broadcastOf, dottedMask } from './netmask.ts';
import type { HeldVip, Refuse } from './plan.ts';
import type { ResolvedVip } from './resolve.ts';

/** IFNAMSIZ less the closing NUL: what a label may have. */
const maxLabel = 15;

/** VIPs on one device, each under a label of its own: `lo:lvs1`. A long device name leaves room for a short label only. */
export function holdVips(vips: readonly ResolvedVip[], device: string, prefixOf: (vip: ResolvedVip) => number, devicePath: SpecPath, refuse: Refuse): readonly HeldVip[] {
  const stem = ['lvs', 'v', ''].find((candidate) => device.length + 1 + candidate.length + String(vips.length).length <= maxLabel);
  if (stem === undefined && vips.length > 0) {
    refuse(devicePath, `found ${JSON.stringify(device)}, expected a name that leaves room for the VIPs' labels (${device}:1 has more than ${maxLabel} characters)`);
    return [];
  }
  return vips.map((vip, index) => {
    const prefix = prefixOf(vip);
    return { ip: vip.ip, prefix, prefixWritten: prefix === vip.prefix && vip.prefixWritten, netmask: dottedMask(prefix), broadcast: broadcastOf({ ip: vip.ip, prefix }), device, label: `${device}:${stem}${index + 1}`, path: vip.path };
  });
}
