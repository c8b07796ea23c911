import { weakest } from '../../src/base/fact.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { directedBy, surest } from '../../src/model/real-servers.ts';
import { showService } from '../../src/model/service.ts';

export default clusterRule({
  id: 'boot/service-bound-to-rip',
  severity: 'warning',
  title: 'The daemon of a real server does not listen on the VIP.',
  needs: ['peer'],
  docs: {
    what: 'A director sends packets for a VIP to a real server by direct routing or tunnelling, and the web server or database there listens on that port of the RIP or of the loopback address only: `listen RIP:80`, `Listen RIP:80`, `bind-address = RIP`.',
    why: 'The packets arrive with the VIP as their destination. The kernel finds no socket for it and answers with a reset. A check of the director asks the RIP, is answered, and keeps the server in the table.',
    repair: 'Listen on every address, or on the VIP as well: `listen 80;` or `listen VIP:80;` in nginx, `Listen 80` in Apache, `bind-address = 0.0.0.0` in MySQL.',
    exceptions: 'One listener on every address is enough. Nothing is said where no listener of the port is seen, or where one has a name or variable for an address. With NAT the director writes the RIP into the packets, and listening there is right.',
    references: ['https://nginx.org/en/docs/http/ngx_http_core_module.html#listen', 'http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.LVS-DR.html'],
  },
  proof: [{ kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/inet_hashtables.c: compute_score()', quote: 'if (sk->sk_rcv_saddr != daddr)' }],
  since: '0.1.0',
  *check(cluster) {
    for (const { host, pairs } of directedBy(cluster, ['dr', 'tun'])) {
      for (const listener of new Set((host.listeners ?? []).filter(({ ip }) => ip !== undefined))) {
        // DR and TUN keep the port of the service, whatever the destination says.
        const served = pairs.filter(({ service }) => service.key.by === 'address' && service.key.protocol === 'tcp' && service.key.port === listener.port && service.key.vip.family === 4);
        const first = served[0];
        const beside = (host.listeners ?? []).filter((other) => other.port === listener.port || other.port === undefined || !other.known);
        if (!first || beside[0] !== listener || beside.some(({ ip, known }) => ip === undefined || !known || ip.family === 6)) continue;
        const deaf = served.flatMap(({ service }) => service.vips.filter((vip) => !beside.some(({ ip }) => ip!.text === vip.text)));
        if (deaf.length === 0) continue;
        yield {
          at: listener.at,
          note: `${listener.program} waits on port ${listener.port} of ${listed(beside.map(({ ip }) => ip!.text))} only, and ${first.director.name} sends packets for ${listed(deaf.map(({ text }) => text))} here`,
          related: otherPlaces(listener.at, [
            { at: first.service.at, note: `${first.director.name} serves ${showService(first.service)}` },
            { at: first.destination.at, note: `and sends it to ${first.destination.rip.text}` },
            ...beside.slice(1).map(({ at, ip }) => ({ at, note: `${ip!.text} here` })),
          ]),
          confidence: weakest(surest(served), 'likely'),
        };
      }
    }
  },
});
