import type { Step, Word } from './script.ts';

/** A word of a command that stands where an address belongs, and what that address is for. */
export interface AddressWord {
  readonly word: Word;
  readonly role: string;
  /** Whether the command gives the address to the host or to the table, rather than taking it away. */
  readonly adds: boolean;
}

const flags = /^(?:-4|-6|-family|-f|-n|-net|-host|inet|inet6|-o|-oneline|-v|-s)$/;

/** Words of ifconfig, ip, route and ipvsadm that stand where an address belongs, by their place alone: whatever they hold. */
export function addressWords(step: Step): readonly AddressWord[] {
  switch (step.name) {
    case 'ifconfig':
      return ofIfconfig(step.words.filter((word, at) => at === 0 || !/^(?:-v|-s|-a)$/.test(word.raw)));
    case 'ip':
      return ofIp(step.words.filter((word, at) => at === 0 || !/^(?:-4|-6|-f|-family|inet6?|-o|-oneline|-s|-n)$/.test(word.raw)));
    case 'route':
      return ofRoute(step.words.filter((word, at) => at === 0 || !flags.test(word.raw)));
    case 'ipvsadm':
      return ofIpvsadm(step.words);
    default:
      return [];
  }
}

function ofIfconfig(words: readonly Word[]): readonly AddressWord[] {
  const second = words[2]?.text ?? '';
  const at = second === 'add' || second === 'del' || second === 'inet' ? 3 : 2;
  return named(words, at, `the address of ${words[1]?.text || 'a device'}`, second !== 'del');
}

function ofIp(words: readonly Word[]): readonly AddressWord[] {
  const [object, verb, first] = [words[1]?.text ?? '', words[2]?.text ?? '', words[3]?.text ?? ''];
  const adds = /^(?:a|ad|add|replace|change|chg|append)$/.test(verb);
  if (!adds && !/^(?:d|de|del|delete)$/.test(verb)) return [];
  if (/^a(?:d|dd|ddr|ddres|ddress)?$/.test(object)) {
    const device = words.findIndex((word) => word.text === 'dev');
    return named(words, first === 'local' ? 4 : 3, `the address of ${(device > 0 && words[device + 1]?.text) || 'a device'}`, adds);
  }
  if (!/^r(?:o|ou|out|oute)?$/.test(object)) return [];
  return [...named(words, /^(?:unicast|local|blackhole|unreachable|prohibit|to)$/.test(first) ? 4 : 3, 'the destination of a route', adds), ...behind(words, /^via$/, 'the gateway of a route', adds)];
}

function ofRoute(words: readonly Word[]): readonly AddressWord[] {
  const verb = words[1]?.text;
  if (verb !== 'add' && verb !== 'del') return [];
  return [...named(words, 2, 'the destination of a route', verb === 'add'), ...behind(words, /^g(?:w|ateway)$/, 'the gateway of a route', verb === 'add')];
}

function ofIpvsadm(words: readonly Word[]): readonly AddressWord[] {
  const adds = words.some((word) => /^(?:-[AaEe]\w*|--(?:add|edit)-(?:service|server))$/.test(word.text ?? ''));
  if (!adds && !words.some((word) => /^(?:-[Dd]\w*|--delete-(?:service|server))$/.test(word.text ?? ''))) return [];
  return [...behind(words, /^(?:-[AaEeDd]?[tu]|--(?:tcp|udp|sctp)-service)$/, 'the VIP of a service', adds), ...behind(words, /^(?:-r|--real-server)$/, "a real server's address", adds)];
}

function named(words: readonly Word[], at: number, role: string, adds: boolean): readonly AddressWord[] {
  const word = words[at];
  return word ? [{ word, role, adds }] : [];
}

function behind(words: readonly Word[], option: RegExp, role: string, adds: boolean): readonly AddressWord[] {
  return words.flatMap((word, at) => (option.test(word.text ?? '') && words[at + 1] ? [{ word: words[at + 1]!, role, adds }] : []));
}
