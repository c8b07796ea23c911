import { parseCidr, parseIp } from '../../base/ip.ts';
import type { Confidence } from '../../base/fact.ts';
import type { HostDraft } from '../draft.ts';
import { addConfigRoute } from '../network.ts';
import type { Node } from './tree.ts';

/** Routes of `static_routes` (from the start on) and `virtual_routes` (while the instance is master): `[src IP] [to] NET via|gw IP [or IP] dev NAME table T`. */
export function holdRoutes(list: Node, draft: HostDraft, confidence: Confidence): void {
  for (const { words } of list.children) {
    const texts = words.map(({ text }) => text);
    const after = (...names: readonly string[]): string | undefined => {
      const at = texts.findIndex((text) => names.includes(text));
      return at < 0 ? undefined : texts[at + 1];
    };
    // The kinds without a next hop lead nowhere.
    if (/^(?:blackhole|unreachable|prohibit|throw)$/.test(texts[0]!)) continue;
    const written = after('to') ?? (texts[0] === 'src' ? texts[2] : texts[0])!;
    const net = written === 'default' ? undefined : parseCidr(written, 'host');
    if (written !== 'default' && !net) continue;
    const hop = after('via', 'gw');
    const via = hop === undefined ? undefined : parseIp(hop);
    const device = after('dev', 'oif');
    if (hop !== undefined && !via) continue;
    const family = net?.ip.family ?? via?.family ?? 4;
    addConfigRoute(draft, { to: net && net.prefix > 0 ? net : 'default', via, device, table: after('table'), family, at: words[0]!.at, confidence });
  }
}
