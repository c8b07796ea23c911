import { nearest, spanAt } from '../../src/base/text.ts';
import { removeCommands } from '../../src/lint/edits.ts';
import { scriptRule, type Edit, type Fix, type Place, type Problem } from '../../src/lint/rule.ts';
import { iptablesRefuses } from '../../src/model/filter-refused.ts';
import { concernsCluster, everyStep, inScript } from '../../src/model/timeline.ts';
import type { Script, Step, Word } from '../../src/model/script.ts';

export default scriptRule({
  id: 'script/bad-command-args',
  severity: 'error',
  title: 'A command gets words that it does not understand.',
  needs: ['scripts'],
  docs: {
    what: 'ipvsadm or ifconfig gets an option that it does not have, iptables ports or a chain that it refuses (`--dport 80,443` without `-m multiport`, PREROUTING without `-t mangle`), a test lacks the dash of its operator or a blank at its brackets, or characters of a word processor (no-break spaces, en dashes, curly quotes) stand where the shell wants plain ones.',
    why: 'The command fails, or means something else: `ipvsadm -A -t VIP:80 -s rr 120` adds no service, `ifconfig eth0:0 dowm` asks the DNS for a host named dowm and leaves the VIP up, an indentation of no-break spaces becomes part of the name of the command ("command not found").',
    repair: 'Type the line again by hand: `ipvsadm -A -t VIP:80 -s rr -p 120`, `ifconfig eth0:0 down`, `[ ! -e FILE ]`.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html', 'https://man7.org/linux/man-pages/man8/ifconfig.8.html', 'https://man7.org/linux/man-pages/man8/iptables-extensions.8.html', 'https://www.shellcheck.net/wiki/SC1018'],
  },
  proof: [
    { kind: 'manual', cite: 'bash(1), DEFINITIONS', quote: 'blank A space or tab.' },
    { kind: 'manual', cite: 'ipvsadm(8), -p', quote: '-p, --persistent [timeout] Specify that a virtual service is persistent.' },
  ],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script) || script.syntaxErrors.length > 0) return;
    const steps = everyStep(script, (step) => inScript(script, step.at)).map(({ step }) => step);
    yield* lookalikes(script, steps);
    for (const step of steps) {
      const slip = refusedByIpvsadm(step) ?? refusedByIptables(script, step) ?? misspeltIfconfig(step) ?? lostDash(step) ?? lostBlank(step);
      if (slip) yield { at: slip.word?.at ?? step.at, note: slip.note, confidence: step.confidence === 'possible' ? 'likely' : step.confidence, ...(slip.meant === undefined || !slip.word ? {} : { fix: { title: `write '${slip.meant}'`, safe: false, edits: [{ at: slip.word.at, text: slip.meant }] } }) };
    }
  },
});

interface Slip {
  readonly note: string;
  readonly word?: Word;
  readonly meant?: string;
}

const strange = /[\u00a0\u2007\u202f\u3000\ufeff\u200b\u2010-\u2015\u2212\uff0d\u201c-\u201f\u2018-\u201b\u2032\u2033\u00b4\uff1a\uff0f]/;

/** Characters that look like blanks, dashes or quotes: one finding a script, since one copy brought them all. */
function* lookalikes(script: Script, steps: readonly Step[]): Iterable<Problem> {
  const slips = [...caseWords(script).map((word) => ({ word, shown: word.raw })), ...steps.flatMap((step) => step.words.flatMap((word, at) => (isStrange(word, at, step) ? [{ word, shown: step.words.slice(at).map(({ raw }) => raw.trim()).find((raw) => raw !== '') ?? '' }] : [])))];
  const found = slips.map(({ word }) => word);
  const [first, ...others] = found;
  if (!first) return;
  const char = strange.exec(plain(first.raw))![0];
  const related = others.slice(0, 20).map((word): Place => ({ at: word.at, note: 'here too' }));
  // A quote that stands alone in its word belongs to another word: which one, only a reader can tell.
  const blank = steps.filter((step) => step.words.length > 0 && step.redirects.length === 0 && step.words.every((word) => typed(word.raw).trim() === ''));
  const gone = new Set<Pick<Word, 'raw' | 'at'>>(blank.flatMap((step) => step.words));
  const edits = [...found.filter((word) => !gone.has(word) && isPaired(typed(word.raw))).map((word): Edit => ({ at: word.at, text: typed(word.raw) })), ...removeCommands(script.source, blank.map((step) => step.at))];
  const fix: { readonly fix?: Fix } = edits.length > 0 ? { fix: { title: 'type plain characters', safe: false, edits: edits as [Edit, ...Edit[]] } } : {};
  yield { at: first.at, note: `${nameOfChar(char)} is part of the word '${slips[0]!.shown}', as if it were a letter`, related, confidence: 'certain', ...fix };
}

/** What a `case` tells apart, in quotes of a word processor: no branch is ever taken. */
function caseWords({ source }: Script): readonly Pick<Word, 'raw' | 'at'>[] {
  return [...source.text.matchAll(/^([ \t]*case[ \t]+)(\S*\$\S*)[ \t]+in\b/gm)].flatMap((found) => {
    const start = found.index + found[1]!.length;
    return strange.test(plain(found[2]!)) ? [{ raw: found[2]!, at: spanAt(source, start, start + found[2]!.length) }] : [];
  });
}

/** Whether a lookalike changes what the command does; in what echo prints it is only text. */
function isStrange(word: Word, at: number, step: Step): boolean {
  const text = plain(word.raw);
  if (!strange.test(text)) return false;
  if (at === 0) return true;
  const speaks = /^(?:echo|printf|logger|action|log_\w+|gprintf)$/.test(step.name ?? '');
  // What goes to /proc/sys is a value, not a message.
  if (!speaks || step.effects.some((effect) => effect.kind === 'sysctl')) return true;
  return /^[\u2010-\u2015\u2212\uff0d][en]$/.test(text);
}

function plain(raw: string): string {
  return raw.replace(/"[^"]*"|'[^']*'/g, '');
}

function isPaired(text: string): boolean {
  return (text.split('"').length - 1) % 2 === 0 && (text.split("'").length - 1) % 2 === 0;
}

function typed(raw: string): string {
  return raw
    .replace(/[\u200b\ufeff]/g, '')
    .replace(/[\u00a0\u2007\u202f\u3000]+/g, (blanks) => ' '.repeat(blanks.length))
    .replace(/[\u2010-\u2015\u2212\uff0d]/g, '-')
    .replace(/[\u201c-\u201f\u2033]/g, '"')
    .replace(/[\u2018-\u201b\u2032\u00b4]/g, "'")
    .replace(/\uff1a/g, ':')
    .replace(/\uff0f/g, '/');
}

function nameOfChar(char: string): string {
  if (/[\u00a0\u2007\u202f\u3000]/.test(char)) return 'a no-break space';
  if (/[\ufeff\u200b]/.test(char)) return 'an invisible character';
  if (/[\u2010-\u2015\u2212\uff0d]/.test(char)) return `the dash '${char}'`;
  return /[\uff1a\uff0f]/.test(char) ? `the wide '${char}'` : `the quote '${char}'`;
}

/** What ipvsadm refuses, unless the cause is an empty variable or another rule says it better. */
function refusedByIpvsadm(step: Step): Slip | undefined {
  for (const effect of step.effects) {
    if (effect.kind !== 'ipvs' || effect.does !== 'invalid') continue;
    if (step.words.some((word, at) => (word.unset?.length ?? 0) > 0 || (word.variables.length > 0 && (word.text === undefined || (at > 0 && /^(?:[:/]\S*)?$/.test(word.text)))) || strange.test(plain(word.raw)))) return undefined;
    // An ipvsadm of another folder (`./bin/ipvsadm` of DPVS) has options of its own.
    if (/^[^/]+\/|^\.{1,2}\/|^\/(?!s?bin\/|usr\/(?:local\/)?s?bin\/)/.test(step.words[0]!.raw)) return undefined;
    if (/^port 0 without|threshold is above|^a lower threshold without|^more than one service/.test(effect.note)) return undefined;
    return { note: `ipvsadm refuses '${step.words.map((word) => word.raw).join(' ')}': ${effect.note}`, ...(effect.word ? { word: effect.word } : {}) };
  }
  return undefined;
}

/** What iptables refuses, unless the cause is a variable. */
function refusedByIptables(script: Script, step: Step): Slip | undefined {
  for (const effect of step.effects) {
    const refusal = effect.kind === 'firewall' ? iptablesRefuses(effect) : undefined;
    if (!refusal || refusal.word?.text === undefined || refusal.word.variables.length > 0 || strange.test(refusal.word.raw)) continue;
    // A chain of that name may be the script's own.
    if (refusal.meant !== undefined && everyStep(script).some((other) => other.step.words.some((word, at, all) => word.text === refusal.word?.text && /^(?:-N|--new(?:-chain)?)$/.test(all[at - 1]?.text ?? '')))) continue;
    return { note: `iptables refuses this line: ${refusal.note}`, word: refusal.word, ...(refusal.meant === undefined ? {} : { meant: refusal.meant }) };
  }
  return undefined;
}

const ifconfigWords = new Set('up down arp -arp promisc -promisc allmulti -allmulti multicast -multicast metric mtu dstaddr netmask add del delete tunnel irq io_addr mem_start media broadcast -broadcast pointopoint -pointopoint hw address txqueuelen keepalive outfill inet inet6 ax25 alias -alias name ether trailers -trailers dynamic -dynamic'.split(' '));
const takesValue = new Set('metric mtu dstaddr netmask add del delete tunnel irq io_addr mem_start media broadcast -broadcast pointopoint hw address txqueuelen keepalive outfill inet inet6 name ether'.split(' '));

function misspeltIfconfig(step: Step): Slip | undefined {
  if (step.name !== 'ifconfig') return undefined;
  const words = step.words.slice(1);
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === undefined || word.text === '' || word.variables.length > 0 || strange.test(word.raw)) continue;
    if (ifconfigWords.has(word.text)) {
      if (takesValue.has(word.text)) at += word.text === 'hw' ? 2 : 1;
      continue;
    }
    if (!/^-?[a-z]+$/i.test(word.text)) continue;
    const meant = nearest(word.text, ifconfigWords);
    // The word behind the device may be the name of a host.
    if (at === 1 && (meant === undefined || words.length > 2)) continue;
    return { note: `ifconfig knows no '${word.text}'${meant === undefined ? '' : `: '${meant}' is meant`}`, word, ...(meant === undefined ? {} : { meant }) };
  }
  return undefined;
}

/** `[$? -eq 0 ]`, `[ $? -eq 0]` */
function lostBlank(step: Step): Slip | undefined {
  const [first, last] = [step.words[0], step.words.at(-1)];
  if (!first || !last || step.words.length < 2 || !/\]$/.test(last.raw)) return undefined;
  const opened = /^(\[\[?)(["']?\$.*)$/.exec(first.raw);
  if (opened) return { note: `a blank lacks behind '${opened[1]}': the shell looks for a command named '${first.raw}'`, word: first, meant: `${opened[1]} ${opened[2]}` };
  if (step.name !== '[' || last.raw === ']' || /\[/.test(last.raw)) return undefined;
  return { note: `a blank lacks before ']': the test ends without it, and fails`, word: last, meant: `${last.raw.slice(0, -1)} ]` };
}

/** `[ ! e FILE ]`, `[ $? eq 0 ]` */
function lostDash(step: Step): Slip | undefined {
  if (step.name !== '[' && step.name !== 'test') return undefined;
  const words = step.words.slice(1).filter((word) => word.raw !== ']');
  for (let at = 0; at < words.length; at++) {
    const raw = words[at]!.raw;
    const between = at > 0 && at < words.length - 1 && !/^(?:!|-a|-o|-[a-z]|=|==|!=)$/.test(words[at - 1]!.raw);
    if (/^(?:eq|ne|lt|gt|le|ge)$/.test(raw) && between) return { note: `'${raw}' lacks its dash: the test compares nothing`, word: words[at]!, meant: `-${raw}` };
    const before = at === 0 || /^(?:!|-a|-o)$/.test(words[at - 1]!.raw);
    if (/^[defrsxzn]$/.test(raw) && before && /^["']?[/$]/.test(words[at + 1]?.raw ?? '') && !/^(?:=|!=|-)/.test(words[at + 2]?.raw ?? '')) return { note: `'${raw}' lacks its dash: the test asks for no file`, word: words[at]!, meant: `-${raw}` };
  }
  return undefined;
}
