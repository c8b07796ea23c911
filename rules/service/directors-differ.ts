import { weakest } from '../../src/base/fact.ts';
import { listed } from '../../src/lint/words.ts';
import { clusterRule } from '../../src/lint/rule.ts';
import { showService, type Service } from '../../src/model/service.ts';
import { servicesOnce, showEnd } from '../../src/model/table.ts';
import { vrrpTwins, type VrrpSide } from '../../src/model/vrrp-twins.ts';

export default clusterRule({
  id: 'service/directors-differ',
  severity: 'warning',
  title: 'Two directors that take over from each other do not have the same table.',
  needs: ['services'],
  docs: {
    what: 'Two directors of one VRRP instance serve its VIPs, and a service is missing on one of them, or has another scheduler, another persistence, or other real servers.',
    why: 'Nothing is wrong as long as the first one is master. After the failover clients meet the other table: a port that nobody serves, a real server that gets nothing, sessions that are torn apart. Connections that the sync daemon brought along find no real server.',
    repair: 'Write the same virtual_server blocks on both; at best both files come from one source (`lvs-gen render --target keepalived`).',
    exceptions: 'Weights may differ, and so may a service that one side takes from a file that was not seen. Only directors with a common virtual_router_id and VIP are compared.',
    references: ['https://www.keepalived.org/manpage.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), --start-daemon', quote: 'all connections can be tracked by the backup nodes' }],
  since: '0.1.0',
  *check({ hosts }) {
    const told = new Set<string>();
    for (const [one, other] of vrrpTwins(hosts)) {
      if (!one.host.seen.has('services') || !other.host.seen.has('services')) continue;
      const [mine, theirs] = [tableOf(one), tableOf(other)];
      if (mine.size === 0 || theirs.size === 0) continue;
      for (const name of new Set([...mine.keys(), ...theirs.keys()])) {
        const key = `${one.host.name} ${other.host.name} ${name}`;
        if (told.has(key)) continue;
        told.add(key);
        const [a, b] = [mine.get(name), theirs.get(name)];
        if (a && b) {
          const difference = differenceOf(a, b, one.host.name);
          if (difference !== undefined) yield { at: b.at, note: `${name} of ${other.host.name} ${difference}`, related: [{ at: a.at, note: `${one.host.name} serves it by this` }], confidence: weakest(a.confidence, b.confidence, 'likely') };
          continue;
        }
        const [service, lacker] = [(a ?? b)!, a ? other : one];
        yield { at: service.at, note: `${name} is not served by ${lacker.host.name}, which takes over the VIP`, related: [{ at: lacker.instance.at, note: `${lacker.host.name} takes it over here` }], confidence: weakest(service.confidence, 'likely') };
      }
    }
  },
});

/** The services of an instance's VIPs, by name. */
function tableOf({ host, instance }: VrrpSide): ReadonlyMap<string, Service> {
  const vips = new Set(instance.vips.map(({ ip }) => ip.text));
  return new Map(servicesOnce(host).filter(({ key, vips: served }) => key.by === 'address' && served.some(({ text }) => vips.has(text))).map((service) => [showService(service), service]));
}

/** What the second has otherwise than the first. */
function differenceOf(a: Service, b: Service, first: string): string | undefined {
  if (a.scheduler !== b.scheduler) return `is scheduled by ${b.scheduler}, that of ${first} by ${a.scheduler}`;
  const [kept, keeps] = [a.persistence?.timeout, b.persistence?.timeout];
  if ((a.persistence === undefined) !== (b.persistence === undefined) || kept !== keeps) return `is ${b.persistence ? `persistent for ${keeps ?? 'some'} seconds` : 'not persistent'}, that of ${first} ${a.persistence ? `for ${kept ?? 'some'} seconds` : 'is not'}`;
  const ends = (service: Service): ReadonlyMap<string, string> => new Map(service.destinations.map((destination) => [`${showEnd(destination)} by ${destination.forwarding}`, showEnd(destination)]));
  const [here, there] = [ends(a), ends(b)];
  const gone = [...here].filter(([end]) => !there.has(end));
  const more = [...there].filter(([end]) => !here.has(end));
  if (gone.length > 0 && more.some(([, end]) => gone.some(([, other]) => other === end))) return `sends ${listed(more.map(([end]) => end))}, that of ${first} ${listed(gone.map(([end]) => end))}`;
  if (gone.length > 0) return `lacks ${listed(gone.map(([, end]) => end))} of ${first}`;
  return more.length > 0 ? `has ${listed(more.map(([, end]) => end))}, which ${first} has not` : undefined;
}
