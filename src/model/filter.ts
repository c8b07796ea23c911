import { atLeast, weakest, type Confidence } from '../base/fact.ts';
import type { Span } from '../base/origin.ts';
import { iptablesRefuses } from './filter-refused.ts';
import { parseRule, type FilterRule } from './filter-rule.ts';
import type { Host } from './host.ts';
import type { FirewallEffect, Step } from './script.ts';
import { startSteps } from './timeline.ts';
import type { Family } from './words.ts';

/** Places where netfilter looks at a packet. */
export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** One line of a saved rule set that boot loads. */
export interface FilterLine {
  readonly effect: FirewallEffect;
  readonly at: Span;
}

/** A chain of netfilter after boot. */
export interface FilterChain {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  readonly rules: readonly FilterRule[];
  /** Where packets come to it by themselves; undefined: it is jumped to. */
  readonly hook?: Hook;
  /** Of the chains at a place the lower sees a packet first (`include/uapi/linux/netfilter_ipv4.h: enum nf_ip_hook_priorities`). */
  readonly priority?: number;
  /** What becomes of a packet that no rule decides; undefined: never said (ACCEPT), or a chain of the user's. */
  readonly policy?: { readonly drops: boolean; readonly at: Span; readonly confidence: Confidence };
}

/** The packet filter after boot, as far as files and scripts tell. */
export interface Filter {
  readonly chains: readonly FilterChain[];
  /** Whether no rules are loaded, changed or removed by something that is not read. */
  readonly whole: boolean;
}

const hooks: readonly string[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'] satisfies readonly Hook[];
const priorities: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

function isHook(name: string): name is Hook {
  return hooks.includes(name);
}

const known = new WeakMap<Host, Filter>();

/** The packet filter that boot leaves: saved rules first, then what the scripts do at start, in order. */
export function filterOf(host: Host): Filter {
  let filter = known.get(host);
  if (!filter) known.set(host, (filter = new Folding().fold(host)));
  return filter;
}

/** The chain of a name in a table. */
export function chainOf(filter: Filter, family: Family, table: string, name: string): FilterChain | undefined {
  return filter.chains.find((chain) => chain.family === family && chain.table === table && chain.name === name);
}

type Mutable = { -readonly [K in keyof FilterChain]: FilterChain[K] } & { rules: FilterRule[] };
interface From {
  readonly at: Span;
  readonly confidence: Confidence;
  readonly script?: string;
}

/** Services that load, keep or make a packet filter of their own. */
const filterServices = /^(?:iptables|ip6tables|nftables|firewalld|SuSEfirewall2|ufw|shorewall6?|ferm|docker|fail2ban|netfilter-persistent|iptables-persistent)$/;

/** Whether a step runs a program of the administrator's own, which may do anything. */
function runsUnread({ words, effects }: Step): boolean {
  if (effects.length > 0) return false;
  const [program = '', operand = ''] = words.map(({ text }) => text ?? '');
  const script = /^(?:\/\S*\/)?(?:sh|bash|dash|ksh)$/.test(program) ? operand : program;
  return /\.sh$|^\/(?:usr\/local|root|opt|home|srv|data)\//.test(script);
}

class Folding {
  private readonly chains = new Map<string, Mutable>();
  private whole = true;

  fold(host: Host): Filter {
    if (host.filterUnread || !host.seen.has('scripts')) this.whole = false;
    for (const chain of host.nftChains ?? []) this.chains.set(`${chain.family} nft ${chain.table} ${chain.name}`, { ...chain, rules: [...chain.rules] });
    for (const { effect, at } of host.filterLines ?? []) this.apply(effect, { at, confidence: 'certain' });
    for (const script of host.scripts) {
      for (const step of startSteps(script)) {
        if (step.aside) continue;
        if (runsUnread(step) || /^(?:\S*\/)?(?:firewall-(?:offline-)?cmd|ufw)$/.test(step.words[0]?.text ?? '')) this.whole = false;
        // `$IPT -A …` with a name that is not known.
        if (step.name === undefined && step.words.some((word) => /^(?:-[AIDFPX]|--append|--insert)$/.test(word.text ?? ''))) this.whole = false;
        for (const effect of step.effects) {
          if (effect.kind === 'source' && !effect.found) this.whole = false;
          else if (effect.kind === 'service' && effect.does !== 'status' && (effect.service === undefined || filterServices.test(effect.service))) this.whole &&= /^(?:stop|disable|disable --now|save|enable)$/.test(effect.does);
          else if (effect.kind === 'firewall') this.apply(effect, { at: step.at, confidence: step.confidence, script: script.file });
        }
      }
    }
    return { chains: [...this.chains.values()], whole: this.whole };
  }

  private apply(effect: FirewallEffect, from: From): void {
    if (effect.tool === 'arptables' || effect.tool === 'ebtables') return;
    const sure = atLeast(from.confidence, 'likely');
    if (effect.tool === 'service' || (effect.tool === 'nft' && effect.does === 'flush' && effect.table === '*')) return this.empty(() => sure);
    if (effect.tool === 'nft') {
      if (effect.chains === undefined || !sure) this.whole = false;
      else if (effect.does === 'restore') this.empty(() => true);
      for (const chain of effect.chains ?? []) this.grow(chain, from, effect.loaded !== undefined);
      return;
    }
    const family = effect.tool === 'ip6tables' ? 6 : 4;
    if (effect.loaded !== undefined) {
      const { loaded } = effect;
      if (loaded === 'unread') this.whole = false;
      else if (effect.does === 'restore') {
        if (!sure) this.whole = false;
        this.empty((chain) => chain.family === family && loaded.includes(chain.table), true);
      }
      return;
    }
    if (effect.table === '*') {
      this.whole = false;
      return;
    }
    if (effect.does === 'flush' || effect.does === 'delete-chain') {
      if (effect.chain === undefined && effect.words.some((word) => word.text === undefined)) this.whole = false;
      else if (!sure) this.whole = false;
      else this.empty((chain) => chain.family === family && chain.table === effect.table && (effect.chain === undefined || chain.name === effect.chain));
      return;
    }
    if (effect.chain === undefined) {
      this.whole = false;
      return;
    }
    const refusal = iptablesRefuses(effect);
    if (refusal && refusal.meant === undefined) return;
    const chain = this.chain(family, effect.table, effect.chain);
    if (effect.does === 'add') this.add(chain, effect, from);
    else if (effect.does === 'remove') this.remove(chain, effect, sure);
    else if (effect.does === 'policy') {
      const policy = effect.words.findLast((word) => /^(?:ACCEPT|DROP|QUEUE)$/.test(word.text ?? ''))?.text;
      if (policy === undefined || !sure) this.whole = false;
      else chain.policy = { drops: policy === 'DROP', at: from.at, confidence: from.confidence };
    } else if (!effect.words.some((word) => /^(?:-N|-Z|--new-chain|--new|--zero)$/.test(word.text ?? ''))) this.whole = false;
  }

  private chain(family: Family, table: string, name: string): Mutable {
    const key = `${family} ${table} ${name}`;
    let chain = this.chains.get(key);
    if (!chain) this.chains.set(key, (chain = { family, table, name, rules: [], ...(isHook(name) && Object.hasOwn(priorities, table) ? { hook: name, priority: priorities[table]! } : {}) }));
    return chain;
  }

  /** Adds what nft does to a chain: its head, its policy, rules at its end. */
  private grow({ rules, ...head }: FilterChain, { confidence, script }: From, loaded: boolean): void {
    const key = `${head.family} nft ${head.table} ${head.name}`;
    const placed = rules.map((rule): FilterRule => ({ ...rule, confidence: weakest(rule.confidence, confidence), ...(script === undefined ? {} : { script }) }));
    const known = this.chains.get(key) ?? (head.hook ? undefined : this.chains.get(`${head.family} nft nat ${head.name}`));
    if (known && known.table !== head.table) known.rules.push(...placed);
    else if (known) {
      Object.assign(known, head);
      known.rules.push(...placed);
    } else {
      // A rule of a chain that nothing here makes: whoever makes it is not read.
      if (!loaded && !head.hook) this.whole = false;
      this.chains.set(key, { ...head, rules: placed });
    }
  }

  /** Takes the rules out; policies stay, but for a table that is loaded anew. */
  private empty(picks: (chain: Mutable) => boolean, anew = false): void {
    for (const chain of this.chains.values()) {
      if (!picks(chain)) continue;
      chain.rules.length = 0;
      if (anew) delete chain.policy;
    }
  }

  private add(chain: Mutable, effect: FirewallEffect, from: From): void {
    const rest = specOf(effect);
    if (!rest) {
      this.whole = false;
      return;
    }
    const rule: FilterRule = { ...parseRule(rest.words), at: from.at, confidence: from.confidence, ...(from.script === undefined ? {} : { script: from.script }) };
    const twin = chain.rules.findIndex((other) => other.spec === rule.spec && other.at.line === rule.at.line && other.at.file === rule.at.file && other.at.column === rule.at.column);
    // Two ways of one command, as a script that branches has them.
    if (twin >= 0 && !rule.spec.includes('?')) return;
    if (rest.inserts) chain.rules.splice(Math.max(0, (rest.number ?? 1) - 1), 0, rule);
    else chain.rules.push(rule);
  }

  private remove(chain: Mutable, effect: FirewallEffect, sure: boolean): void {
    const rest = specOf(effect);
    const at = rest?.number !== undefined && rest.words.length === 0 ? rest.number - 1 : chain.rules.findIndex((rule) => rest && rule.spec === parseRule(rest.words).spec);
    const rule = chain.rules[at];
    if (!rule) return;
    if (sure) chain.rules.splice(at, 1);
    else chain.rules[at] = { ...rule, confidence: weakest(rule.confidence, 'possible') };
  }
}

/** Words of a rule behind its command and chain. Undefined: where they stand is not known. */
function specOf(effect: FirewallEffect): { readonly words: FirewallEffect['words']; readonly inserts: boolean; readonly number?: number } | undefined {
  const words = [...effect.words];
  const at = words.findIndex((word) => /^(?:-[vnwx46]*[AID]([^-].*)?|--(?:append|insert|delete)(=.*)?)$/.test(word.text ?? ''));
  if (at < 0) return undefined;
  const text = words[at]!.text!;
  const joined = /=/.test(text) || (/^-[^-]/.test(text) && text.endsWith(effect.chain ?? ' '));
  const before = words.slice(0, at).filter((word) => !/^-(?:[vnx]+|w)$|^--wait$|^\d+$/.test(word.text ?? ''));
  let rest = words.slice(at + (joined ? 1 : 2));
  const number = /^\d+$/.test(rest[0]?.text ?? '') ? Number(rest[0]!.text) : undefined;
  if (number !== undefined) rest = rest.slice(1);
  const stripped = [...before, ...rest].filter((word, index, all) => !/^(?:-t|--table)$/.test(word.text ?? '') && !/^(?:-t|--table)$/.test(all[index - 1]?.text ?? '') && !/^(?:-t\w+|--table=\w+)$/.test(word.text ?? ''));
  return { words: stripped, inserts: /^-[vnwx46]*I|^--insert/.test(text), ...(number === undefined ? {} : { number }) };
}
