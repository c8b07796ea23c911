import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostRule, type Problem } from '../../src/lint/rule.ts';
import { listed, otherPlaces } from '../../src/lint/words.ts';
import { arpState, showCards, type ArpLeak, type ArpParameter } from '../../src/model/arp-leak.ts';
import { pairsOf, type Cluster } from '../../src/model/cluster.ts';
import { holdings, kindOn } from '../../src/model/device.ts';
import { heldVips, showVips, vipPlaces } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import { assignmentsOf, effective, type Assignment } from '../../src/model/sysctl.ts';

export default hostRule({
  id: 'arp/value-without-effect',
  severity: 'error',
  title: 'A real server sets arp_ignore or arp_announce to a value that does not hide the VIP, or hides the host as well.',
  needs: ['sysctl', 'addresses'],
  docs: {
    what: 'arp_ignore or arp_announce is set where it counts, but to a value that does not do what a real server needs: arp_ignore 3 with a VIP of global scope, arp_ignore 4 to 7 or above 8, which mean nothing, arp_announce 1 or above 2; or arp_ignore 8, which answers no ARP request at all. In force is the greater one of conf/all and conf/DEVICE, so that a greater value spoils a right one.',
    why: '3 is silent for addresses of scope host only; `ip addr add` and ifconfig give the scope global. Values that the kernel does not know count as 0, and the card answers. arp_announce 1 only tries, and on a real kernel the router’s entry moved to the real server all the same. With arp_ignore 8 nobody learns the real server’s own hardware address either: the director sends it nothing.',
    repair: '`net.ipv4.conf.all.arp_ignore = 1` and `net.ipv4.conf.all.arp_announce = 2` (in a script: `echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore`).',
    exceptions: 'arp_ignore 2 is right as well, and so is 3 for a VIP that is added with `scope host`. 8 on a card over which no director sends is left alone. A 0 is not told here: the card answers as if nothing were set.',
    references: ['https://www.kernel.org/doc/html/latest/networking/ip-sysctl.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'kernel-source', version: '6.1', cite: 'net/ipv4/arp.c: arp_ignore()', quote: 'case 4:	/* Reserved */' },
  ],
  silences: ['arp/ignore-missing', 'arp/announce-missing'],
  since: '0.1.0',
  *check({ host, cluster }) {
    const { answers, announces } = arpState(host, cluster);
    if (answers.length > 0) yield* weak(host, 'arp_ignore', answers);
    else if (announces.length > 0) yield* weak(host, 'arp_announce', announces);
    if (answers.length === 0) yield* deaf(host, cluster);
  },
});

/** The value that decides is no 0, and yet the card gives the VIP away. */
function* weak(host: Host, parameter: ArpParameter, leaks: readonly ArpLeak[]): Iterable<Problem> {
  const found = leaks.filter(({ fact }) => fact.state === 'set' && fact.value > 0);
  const [first] = found;
  if (!first || first.fact.state !== 'set' || found.length < leaks.length) return;
  const { fact } = first;
  const line = deciding(host, parameter, first.device, fact.at);
  const vips = found.map(({ vip }) => vip);
  const cards = showCards(host, found);
  const why = parameter === 'arp_announce' ? (fact.value === 1 ? '1 only tries' : `the kernel takes ${fact.value} for 0`) : fact.value === 3 ? `3 is silent for addresses of scope host only` : `the kernel takes ${fact.value} for 0`;
  const right = parameter === 'arp_ignore' ? 1 : 2;
  if (parameter === 'arp_ignore' && fact.value < 3) return;
  yield {
    at: fact.at,
    note: `${parameter} is ${fact.value}, but ${why}: ${parameter === 'arp_ignore' ? `${cards} answers for ${showVips(vips)}` : `requests sent by ${cards} may name ${showVips(vips)}`}; ${right} is needed`,
    related: otherPlaces(fact.at, vipPlaces(vips)),
    confidence: weakest(...found.map(({ confidence }) => confidence)),
    ...fixOf(line, parameter, right),
  };
}

/** arp_ignore 8 where a director has to ask for the host's own address. */
function* deaf(host: Host, cluster: Cluster): Iterable<Problem> {
  const vips = heldVips(host, cluster).filter(({ ip }) => ip?.family !== 6);
  if (vips.length === 0) return;
  const told = new Map<string, { readonly rips: string[]; readonly sure: Confidence; readonly at: Assignment['at']; readonly device: string }>();
  for (const { destination, director, confidence } of pairsOf(cluster, host)) {
    if (director === host || destination.rip.family !== 4) continue;
    for (const { device } of holdings(host, destination.rip)) {
      const fact = effective(host, 'arp_ignore', device);
      if (kindOn(host, device) !== 'nic' || fact.state !== 'set' || fact.value !== 8) continue;
      const known = told.get(device);
      if (known) known.rips.push(destination.rip.text);
      else told.set(device, { rips: [destination.rip.text], sure: weakest(confidence, fact.confidence), at: fact.at, device });
    }
  }
  for (const { rips, sure, at, device } of told.values()) {
    yield {
      at,
      note: `arp_ignore is 8: ${device} answers for no address at all, and nobody learns where ${listed(rips)} is; 1 is needed`,
      related: otherPlaces(at, vipPlaces(vips)),
      confidence: sure,
      ...fixOf(deciding(host, 'arp_ignore', device, at), 'arp_ignore', 1),
    };
  }
}

function deciding(host: Host, parameter: ArpParameter, device: string, at: Assignment['at']): Assignment | undefined {
  return ['all', device].flatMap((name) => assignmentsOf(host, `net/ipv4/conf/${name}/${parameter}`)).find((line) => line.at === at);
}

function fixOf(line: Assignment | undefined, parameter: ArpParameter, right: number): Pick<Problem, 'fix'> {
  if (!line || line.by !== 'config' || /[*?[]/.test(line.key)) return {};
  const key = line.key.split('/').some((part) => part.includes('.')) ? line.key : line.key.replaceAll('/', '.');
  return { fix: { title: `${parameter} ${right}`, safe: false, edits: [{ at: line.at, text: `${line.optional ? '-' : ''}${key} = ${right}` }] } };
}
