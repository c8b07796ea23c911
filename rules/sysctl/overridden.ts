import { weakest, type Confidence } from '../../src/base/fact.ts';
import { hostRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { arpState } from '../../src/model/arp-leak.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { deviceFacing, nics } from '../../src/model/device.ts';
import { showVips } from '../../src/model/held-vip.ts';
import type { Host } from '../../src/model/host.ts';
import { effective, forwards, type Assignment } from '../../src/model/sysctl.ts';
import { overriddenLine } from '../../src/model/sysctl-overridden.ts';
import { filteredOut, filterKeys, filterPasses } from '../../src/model/tunnel-filter.ts';
import { tunnelEnds } from '../../src/model/tunnel.ts';

export default hostRule({
  id: 'sysctl/overridden',
  severity: 'error',
  title: 'A kernel parameter that LVS needs is set right, and set back by a later file.',
  needs: ['sysctl'],
  docs: {
    what: 'One file gives a kernel parameter the value that this host needs for LVS, and another file, which boot reads later, gives it one that breaks it. It is told for arp_ignore and arp_announce of a real server, rp_filter of a real server of tunnelling, and forwarding of a director of NAT.',
    why: 'The last line wins. Files of sysctl.d are sorted by their names over all folders, so that 99-sysctl.conf or a distribution’s 50-default.conf comes after 10-lvs.conf; /etc/sysctl.conf is read last by `sysctl --system`; init scripts and rc.local run after all of them, and a script’s `sysctl -p` writes its file once more. What looks set in the first file is not in force.',
    repair: 'Take the later line out, or give the right file a name that is sorted last: `mv /etc/sysctl.d/10-lvs.conf /etc/sysctl.d/99-zz-lvs.conf`. A line of a vendor’s file below /usr/lib is not edited but overridden: a file of the same name below /etc/sysctl.d takes its place.',
    exceptions: 'A later line with the same effect is harmless, and so is one that another key makes up for (arp_ignore is the greater one of conf/all and the card’s own). Two lines in one file are another matter.',
    references: ['https://man7.org/linux/man-pages/man5/sysctl.d.5.html', 'https://man7.org/linux/man-pages/man8/sysctl.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'manual', cite: 'sysctl.d(5)', quote: 'All configuration files are sorted by their filename in lexicographic order, regardless of which of the directories they reside in. If multiple files specify the same option, the entry in the file with the lexicographically latest name will take precedence.' },
  ],
  silences: ['arp/announce-missing', 'arp/value-without-effect', 'sysctl/nat-ip-forward-off'],
  since: '0.1.0',
  *check({ host, cluster }) {
    for (const need of needsOf(host, cluster)) {
      const lost = need.keys.map((key) => overriddenLine(host, key, need.right)).find((found) => found !== undefined);
      if (!lost) continue;
      const { line, winner } = lost;
      yield {
        at: line.at,
        note: `${dotted(line.key)} is ${line.value.trim()} here, but ${winner.value.trim()} after /${winner.at.file}:${winner.at.line}, which is read later: ${need.consequence}`,
        related: otherPlaces(line.at, [{ at: winner.at, note: `${dotted(winner.key)} = ${winner.value.trim()} wins` }, ...need.places]),
        confidence: weakest(line.confidence, winner.confidence, need.confidence),
      };
    }
  },
});

/** A parameter whose value in force is wrong for what the host does. */
interface Need {
  readonly keys: readonly string[];
  readonly right: (value: number) => boolean;
  readonly consequence: string;
  readonly places: readonly { readonly at: Assignment['at']; readonly note: string }[];
  readonly confidence: Confidence;
}

function needsOf(host: Host, cluster: Cluster): readonly Need[] {
  return [...arpNeeds(host, cluster), ...filterNeeds(host, cluster), ...forwardNeeds(host)];
}

function arpNeeds(host: Host, cluster: Cluster): readonly Need[] {
  const { vips, answers, announces } = arpState(host, cluster);
  const keys = (parameter: string, devices: readonly string[]): readonly string[] => ['all', ...new Set(devices)].map((device) => `net/ipv4/conf/${device}/${parameter}`);
  const quiet = { right: (value: number) => value === 1 || value === 2 || value === 8 };
  const told = { right: (value: number) => value === 2 };
  if (vips.length > 0) {
    const leak = answers[0] ?? announces[0];
    if (!leak) return [];
    const vip = leak.vip.ip?.text ?? 'the VIP';
    const places = [{ at: leak.vip.at, note: `${leak.vip.device} holds ${vip}` }];
    return answers.length > 0
      ? [{ ...quiet, keys: keys('arp_ignore', answers.map(({ device }) => device)), consequence: `${leak.device} answers for ${vip}`, places, confidence: leak.confidence }]
      : [{ ...told, keys: keys('arp_announce', announces.map(({ device }) => device)), consequence: `requests sent by ${leak.device} may name ${vip}`, places, confidence: leak.confidence }];
  }
  // Nobody sets arp_ignore for anything but a VIP; who holds it here is not among the files.
  const devices = nics(host);
  const wrong = (parameter: string, right: Need['right']): boolean =>
    ['all', ...devices].every((device) => {
      const fact = effective(host, parameter, device);
      return fact.state === 'set' && fact.value !== 3 && !right(fact.value);
    });
  const unheld = { places: [], confidence: 'likely' as const };
  return [
    ...(wrong('arp_ignore', quiet.right) ? [{ ...quiet, ...unheld, keys: keys('arp_ignore', []), consequence: 'a VIP that this host holds is answered for' }] : []),
    ...(wrong('arp_announce', told.right) ? [{ ...told, ...unheld, keys: keys('arp_announce', []), consequence: 'requests may name a VIP that this host holds' }] : []),
  ];
}

function filterNeeds(host: Host, cluster: Cluster): readonly Need[] {
  return tunnelEnds(host, cluster).flatMap((end): readonly Need[] => {
    const found = end.wrapping.inner === 4 ? filteredOut(host, end) : [];
    const [first] = found === 'unseen' ? [] : found;
    if (!first) return [];
    const places = end.vips.map(({ at, device, ip }) => ({ at, note: `${device} holds ${ip?.text ?? 'the VIP'}` }));
    return [{ keys: filterKeys(first), right: filterPasses(first), consequence: `${first.device} drops the packets for ${showVips(end.vips)}`, places, confidence: weakest(end.confidence, first.confidence) }];
  });
}

function forwardNeeds(host: Host): readonly Need[] {
  const sent = host.services.flatMap(({ destinations }) => destinations.filter(({ forwarding, rip }) => forwarding === 'nat' && rip.family === 4));
  const stopped = sent.find(({ rip }) => {
    const fact = forwards(host, deviceFacing(host, rip) ?? 'all');
    return fact.state === 'set' && !fact.value;
  });
  if (!stopped) return [];
  const device = deviceFacing(host, stopped.rip);
  return [{
    keys: ['net/ipv4/ip_forward', ...(device ? [`net/ipv4/conf/${device}/forwarding`] : [])], right: (value) => value !== 0,
    consequence: `replies of ${stopped.rip.text} are dropped`, places: [{ at: stopped.at, note: `${stopped.rip.text} is a destination by NAT` }], confidence: stopped.confidence,
  }];
}

function dotted(key: string): string {
  const parts = key.split('/');
  return parts.some((part) => part.includes('.')) ? key : parts.join('.');
}
