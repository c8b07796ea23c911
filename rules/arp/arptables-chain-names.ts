import { hostRule, type Fix } from '../../src/lint/rule.ts';
import { textOf } from '../../src/lint/edits.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { initSystemOf, isRedHat, type Release } from '../../src/model/release.ts';
import type { Host } from '../../src/model/host.ts';
import type { Span } from '../../src/base/origin.ts';
import type { Confidence } from '../../src/base/fact.ts';
import type { FirewallEffect } from '../../src/model/script.ts';
import { effectsIn, startSteps } from '../../src/model/timeline.ts';

export default hostRule({
  id: 'arp/arptables-chain-names',
  severity: 'error',
  title: 'Rules for arptables name chains that the distribution’s arptables does not have.',
  needs: ['scripts'],
  docs: {
    what: 'Rules for arptables use the chains IN and OUT on a host whose arptables has INPUT and OUTPUT, or the other way round. IN and OUT are those of arptables_jf, of Red Hat 6 and before.',
    why: 'Every such command fails (“No chain/target/match by that name”), at boot where nobody reads it. No rule is there, and the real server answers ARP requests for the VIP as if nothing had been done.',
    repair: '`arptables -A INPUT -d VIP -j DROP` and `arptables -A OUTPUT -s VIP -j mangle --mangle-ip-s RIP` (Red Hat 6 and before: IN and OUT).',
    exceptions: 'Nothing is said where the distribution is not known, by /etc/os-release or /etc/redhat-release.',
    references: ['https://man7.org/linux/man-pages/man8/arptables-nft.8.html'],
  },
  proof: [
    { kind: 'kernel-run', breaks: 'balance' },
    { kind: 'manual', cite: 'arptables-nft(8), -t', quote: 'filter, is the only table and contains two built-in chains: INPUT (for frames destined for the host) and OUTPUT (for locally-generated frames).' },
  ],
  since: '0.1.0',
  *check({ host }) {
    const release = host.boot?.release;
    const right = release && chainsOf(host, release);
    if (!release || !right) return;
    const wrong = rulesOf(host).filter(({ effect }) => effect.does === 'add' && effect.chain !== undefined && Object.hasOwn(right, effect.chain));
    const [first] = wrong;
    if (!first) return;
    const name = first.effect.chain!;
    yield {
      at: first.at,
      note: `there is no chain ${name} here: arptables of ${release.id}${release.version ? ` ${release.version}` : ''} calls it ${right[name]}, and the command fails`,
      related: otherPlaces(first.at, [...wrong.slice(1).map(({ at, effect }) => ({ at, note: `${effect.chain} is ${right[effect.chain!]} as well` })), { at: release.at, note: 'the distribution is told here' }]),
      confidence: first.confidence,
      ...fixOf(host, wrong, right),
    };
  },
});

interface Placed {
  readonly effect: FirewallEffect;
  readonly at: Span;
  readonly confidence: Confidence;
}

function rulesOf(host: Host): readonly Placed[] {
  const saved = (host.filterLines ?? []).map(({ effect, at }) => ({ effect, at, confidence: 'certain' as const }));
  const scripted = host.scripts.flatMap((script) => effectsIn(startSteps(script), 'firewall').flatMap(({ step, effect }) => (step.aside ? [] : [{ effect, at: step.at, confidence: step.confidence }])));
  return [...saved, ...scripted].filter(({ effect }) => effect.tool === 'arptables');
}

/** The chains that a distribution does not have, each with the one that it has in its place. */
function chainsOf(host: Host, release: Release): Readonly<Record<string, string>> | undefined {
  if (isRedHat(release) && initSystemOf(host) === 'sysv') return { INPUT: 'IN', OUTPUT: 'OUT' };
  return initSystemOf(host) === 'systemd' || release.id === 'debian' || release.id === 'ubuntu' ? { IN: 'INPUT', OUT: 'OUTPUT' } : undefined;
}

function fixOf(host: Host, wrong: readonly Placed[], right: Readonly<Record<string, string>>): { readonly fix?: Fix } {
  const edits = wrong.flatMap(({ at, effect }) => {
    const word = effect.words.find(({ text }) => text === effect.chain);
    const source = host.scripts.find((script) => script.source.file === at.file)?.source;
    return word && source && textOf(source, word.at) === effect.chain ? [{ at: word.at, text: right[effect.chain!]! }] : [];
  });
  const [first, ...rest] = edits;
  return first && edits.length === wrong.length ? { fix: { title: 'name the chains as they are called here', safe: false, edits: [first, ...rest] } } : {};
}
