import { scriptRule, type Edit, type Fix } from '../../src/lint/rule.ts';
import { removeCommands, standsAlone, textOf } from '../../src/lint/edits.ts';
import { concernsCluster, effectsIn, effectsOf, inScript, isServiceAction, nameOfAction, startSteps } from '../../src/model/timeline.ts';
import type { FirewallEffect, Script, Step } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/firewall-flushed',
  severity: 'error',
  title: 'A script that sets up LVS flushes the firewall.',
  needs: ['scripts'],
  docs: {
    what: 'The script empties whole chains or tables of the packet filter (`iptables -F`, `-X`, `-t nat -F`, `nft flush ruleset`) that other services and the administrator fill. Chains that the script names itself are its own business.',
    why: 'The rules of the host, of docker, of a VPN are gone until something loads them again, and stop does not bring them back. Where the policy is DROP the host is locked out at once, ssh and the VIP included; where it is ACCEPT the host stands open.',
    repair: 'Add what LVS needs and nothing else: `iptables -C INPUT -d VIP -p tcp --dport 80 -j ACCEPT 2>/dev/null || iptables -I INPUT -d VIP -p tcp --dport 80 -j ACCEPT` on start, the same rule with `-D` on stop.',
    exceptions: 'A script that saves the rules and restores them is not told apart: silence it with an ignore comment.',
    references: ['https://man7.org/linux/man-pages/man8/iptables.8.html', 'https://docs.docker.com/engine/network/packet-filtering-firewalls/'],
  },
  proof: [{ kind: 'manual', cite: 'iptables(8), -F', quote: "Flush the selected chain (all the chains in the table if none is given). This is equivalent to deleting all the rules one by one." }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    const wipes = effectsOf(script, 'firewall', ({ action, effect }) => isServiceAction(action.name) && empties(effect));
    for (const { action, step, effect } of wipes) {
      yield { at: step.at, note: `'${step.words.map((word) => word.raw).join(' ')}' ${effect.does === 'delete-chain' ? 'deletes' : 'empties'} ${ground(effect)} ${nameOfAction(action, script)}, whoever filled it`, confidence: step.confidence, ...fixOf(script, step, effect, action.name, wipes.map((wipe) => wipe.step)) };
    }
  },
});

const builtIn = new Set(['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']);

/** Emptying a chain of the kernel's own or all of them. arptables holds nothing but the host's ARP settings: arp/arptables-flushed speaks of it. */
function empties(effect: FirewallEffect): boolean {
  if (effect.tool === 'arptables' || effect.tool === 'ebtables') return false;
  if (effect.tool === 'nft') return effect.does === 'flush' && effect.table === '*';
  // A chain whose name is not known is most likely the script's own.
  if (effect.chain === undefined && effect.words.some((word) => word.text === undefined)) return false;
  if (effect.does === 'flush') return effect.chain === undefined || builtIn.has(effect.chain);
  return effect.does === 'delete-chain' && effect.chain === undefined;
}

function ground(effect: FirewallEffect): string {
  if (effect.tool === 'nft') return 'every table of the packet filter';
  if (effect.tool === 'service') return 'the packet filter';
  const chains = effect.does === 'delete-chain' ? 'all user-defined chains' : effect.chain === undefined ? 'all chains' : `chain ${effect.chain}`;
  return `${chains} of table ${effect.table}`;
}

/** The flush gives way to the removal of the rules that the script itself adds there; where it adds none, to nothing. */
function fixOf(script: Script, step: Step, effect: FirewallEffect, action: string, wipes: readonly Step[]): { readonly fix?: Fix } {
  if (!inScript(script, step.at) || effect.tool === 'service' || step.effects.length > 1) return {};
  const added = effectsIn(startSteps(script), 'firewall').filter(({ effect: other }) => other.does === 'add' && other.tool === effect.tool && other.table === effect.table && (effect.chain === undefined || other.chain === effect.chain));
  if (effect.does === 'delete-chain' || added.length === 0) return { fix: { title: 'leave the rules of others alone', safe: false, edits: [removal(script, step, wipes)] } };
  const removals = added.map(({ step: adds }) => removalOf(script, adds));
  if (effect.tool === 'nft' || !standsAlone(script.source, step.at) || added.some(({ step: adds }) => adds.loop || (adds.within !== step.within && !usesGlobals(script, adds))) || removals.some((text) => text === undefined)) return {};
  const lines = removals.map((text) => (action === 'stop' ? text! : `${text!} 2>/dev/null || true`));
  const indent = ' '.repeat(step.at.column - 1);
  return { fix: { title: 'remove only the rules that this script adds', safe: false, edits: [{ at: step.at, text: lines.join(`\n${indent}`) }] } };
}

/** The command alone is taken out, but with the others in mind: a body that all of them leave empty keeps a `:`. */
function removal(script: Script, step: Step, wipes: readonly Step[]): Edit {
  const places = wipes.filter((wipe) => inScript(script, wipe.at)).map((wipe) => wipe.at);
  return removeCommands(script.source, places)[places.indexOf(step.at)]!;
}

/** Whether a command says the same in another function: it uses only what the script sets at its top. */
function usesGlobals(script: Script, step: Step): boolean {
  return step.words.every((word) => word.variables.every((name) => script.assignments.some((assigned) => assigned.name === name)));
}

/** `iptables -t mangle -A …` as `-D`: the same words otherwise; `-I CHAIN 1` loses its number. */
function removalOf(script: Script, step: Step): string | undefined {
  if (!inScript(script, step.at)) return undefined;
  const words = step.words.map((word) => word.raw);
  const at = words.findIndex((raw) => /^(?:-A|--append|-I|--insert)$/.test(raw));
  if (at < 0) return undefined;
  const numbered = /^(?:-I|--insert)$/.test(words[at]!) && /^\d+$/.test(words[at + 2] ?? '');
  const text = [...words.slice(0, at), '-D', words[at + 1]!, ...words.slice(numbered ? at + 3 : at + 2)].join(' ');
  return textOf(script.source, step.at).includes('\n') && /[`(]/.test(text) ? undefined : text;
}
