import { isLoopback } from '../../src/base/ip.ts';
import type { Confidence } from '../../src/base/fact.ts';
import { hostRule, type Place } from '../../src/lint/rule.ts';
import { listed } from '../../src/lint/words.ts';
import { holdings } from '../../src/model/device.ts';
import type { Host } from '../../src/model/host.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { servicesOnce } from '../../src/model/table.ts';

export default hostRule({
  id: 'ldirectord/fallback-loop',
  severity: 'warning',
  title: 'The fallback of an ldirectord service is the director itself, where nothing answers.',
  needs: ['services'],
  docs: {
    what: 'A fallback is 127.0.0.1 or another address of the director, and no daemon there listens on the VIP’s port of every address or of the VIP; or it is 127.0.0.1 by masq.',
    why: 'When every real server is down the requests go to the director. By gate they keep the VIP as their destination: where nothing listens on it, or only on 127.0.0.1, clients get a reset in place of the emergency page. By masq to 127.0.0.1 the kernel drops what comes from a wire.',
    repair: 'Run a web server on the director that listens on every address (`listen 80;`), and name it `fallback=127.0.0.1:80 gate`.',
    exceptions: 'Another port than the service’s is reported by service/fallback-port-mapped. Where no configuration of a web server is seen there may be one all the same, and a fallback elsewhere is not judged: nothing is said.',
    references: ['http://www.austintek.com/LVS/LVS-HOWTO/HOWTO/LVS-HOWTO.localnode.html'],
  },
  proof: [
    { kind: 'kernel-source', version: '6.1', cite: 'net/netfilter/ipvs/ip_vs_xmit.c: ip_vs_nat_xmit()', quote: 'if (local && ipv4_is_loopback(cp->daddr.ip) && was_input) {' },
    { kind: 'manual', cite: 'ldirectord(8), fallback', quote: 'Typically this would be 127.0.0.1 with an emergency page.' },
  ],
  since: '0.1.0',
  *check({ host }) {
    // One global line serves many services: what is wrong with it is told once.
    const told = new Set<string>();
    for (const service of servicesOnce(host)) {
      const sorry = service.managed?.by === 'ldirectord' ? service.managed.sorry : undefined;
      if (!sorry || sorry.rip.family !== 4 || !(isLoopback(sorry.rip) || holdings(host, sorry.rip).length > 0)) continue;
      const flaw = sorry.forwarding === 'nat' ? (isLoopback(sorry.rip) ? byMasq : undefined) : deafness(host, service);
      const place = `${sorry.at.file}:${sorry.at.line}`;
      if (!flaw || told.has(place)) continue;
      told.add(place);
      yield { at: sorry.at, note: `${sorry.rip.text} answers for ${showService(service)} when no real server does, but ${flaw.note}`, related: [{ at: service.at, note: 'the service' }, ...flaw.related], confidence: flaw.confidence };
    }
  },
});

interface Flaw {
  readonly note: string;
  readonly related: readonly Place[];
  readonly confidence: Confidence;
}

// Kernels before 2.6.37 took an address of their own out of the masquerading.
const byMasq: Flaw = { note: 'by masq the kernel drops packets from a wire for a loopback address', related: [], confidence: 'likely' };

/** Why no daemon of the director gets packets for the VIP; undefined: one does, or may. */
function deafness(host: Host, { key, managed }: Service): Flaw | undefined {
  if (key.by !== 'address' || key.protocol !== 'tcp' || key.port === 0 || (managed?.sorry?.portWritten && managed.sorry.port !== key.port)) return undefined;
  const listeners = host.listeners ?? [];
  if (listeners.some(({ known, ip, port }) => (port === key.port || port === undefined || !known) && (ip === undefined || !known || ip.family === 6 || ip.text === key.vip.text))) return undefined;
  const beside = listeners.filter(({ port }) => port === key.port);
  const [first] = beside;
  if (first) return { note: `${first.program} listens on port ${key.port} of ${listed(beside.map(({ ip }) => ip!.text))} only, and the packets are for ${key.vip.text}`, related: beside.map(({ at, ip }) => ({ at, note: `${ip!.text} here` })), confidence: 'certain' };
  const [other] = listeners;
  return other && { note: `no daemon listens on port ${key.port}`, related: [{ at: other.at, note: `${other.program} listens on port ${other.port}` }], confidence: 'likely' };
}
