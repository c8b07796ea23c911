import { scriptRule } from '../../src/lint/rule.ts';
import { otherPlaces } from '../../src/lint/words.ts';
import { answersForVip, effectsOf, isServiceAction, nameOfAction } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'arp/arptables-flushed',
  severity: 'warning',
  title: 'A real server’s script empties the whole of arptables.',
  needs: ['scripts'],
  docs: {
    what: 'The script that hides the VIP runs `arptables -F` (or empties a built-in chain), on start or on stop.',
    why: 'It takes out the rules of others as well: those of a second VIP’s script, and those that /etc/sysconfig/arptables brought at boot. Between the flush and the new rules the host answers for its VIPs, and whoever asks then sends it all packets past the director.',
    repair: '`arptables -D INPUT -d VIP -j DROP` for each rule that the script itself adds, in place of `arptables -F`; or arp_ignore = 1 and arp_announce = 2 on all, without arptables.',
    exceptions: 'Removing one’s own rules, and emptying a chain of one’s own, is right.',
    references: ['https://man7.org/linux/man-pages/man8/arptables-nft.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'arptables-nft(8), -F', quote: 'Flush the selected chain. If no chain is selected, then every chain will be flushed.' }],
  since: '0.1.0',
  *check({ script, host }) {
    if (!answersForVip(script)) return;
    const flushes = effectsOf(script, 'firewall', ({ action, effect }) => isServiceAction(action.name) && effect.tool === 'arptables' && effect.does === 'flush' && (effect.chain === undefined ? effect.words.every(({ text }) => text !== undefined) : /^(?:IN|OUT|INPUT|OUTPUT|FORWARD)$/.test(effect.chain)));
    const [first] = flushes;
    if (!first) return;
    const others = (host.filterLines ?? []).filter(({ effect }) => effect.tool === 'arptables' && effect.does === 'add');
    yield {
      at: first.step.at,
      note: `'${first.step.words.map(({ raw }) => raw).join(' ')}' takes out ${others.length > 0 ? 'the rules that boot has loaded' : 'every rule'} ${nameOfAction(first.action, script)}, whoever added it`,
      related: otherPlaces(first.step.at, [...others.slice(0, 3).map(({ at }) => ({ at, note: 'this one is gone' })), ...flushes.slice(1).map(({ step }) => ({ at: step.at, note: 'and here' }))]),
      confidence: first.step.confidence,
    };
  },
});
