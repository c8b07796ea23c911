import { parseCidr } from '../../src/base/ip.ts';
import { scriptRule } from '../../src/lint/rule.ts';
import { addressWords } from '../../src/model/address-words.ts';
import type { Assigned, Script } from '../../src/model/script.ts';
import { concernsCluster, everyStep, inScript, placeOf } from '../../src/model/timeline.ts';

export default scriptRule({
  id: 'script/value-drift',
  severity: 'warning',
  title: 'A command names an address that is one digit off a variable of the script.',
  needs: ['scripts'],
  docs: {
    what: 'The script keeps its addresses in variables, and one command has an address written out that lacks, doubles or swaps a digit of one of them: RIP2=192.168.60.134 above, `-r 192.168.60.34` below.',
    why: 'The director sends a part of all connections to a host that is not there, or holds an address that nobody asks for; the variable, which everybody reads and changes, has no say in it.',
    repair: 'Write the variable: `-r "$RIP2:80"`.',
    exceptions: 'An address that differs by another digit of the same length (.21 and .22) is most likely another server; so is one where the variable stands as a real server elsewhere.',
    references: ['https://man7.org/linux/man-pages/man8/ipvsadm.8.html'],
  },
  proof: [{ kind: 'manual', cite: 'ipvsadm(8), -r', quote: 'Real server that an associated request for service may be assigned to.' }],
  since: '0.1.0',
  *check({ script }) {
    if (!concernsCluster(script)) return;
    const kept = new Map(script.assignments.flatMap((assigned) => (bareIp(assigned.value.text) === undefined || !inScript(script, assigned.at) ? [] : [[assigned.name, assigned] as const])));
    const known = new Set([...kept.values()].map(({ value }) => value.text));
    const used = rolesOfVariables(script);
    const told = new Set<string>();
    for (const { step } of everyStep(script, (each) => inScript(script, each.at) && !each.loop)) {
      for (const { word, role, adds } of addressWords(step)) {
        const ip = adds && word.variables.length === 0 ? bareIp(word.text) : undefined;
        if (ip === undefined || known.has(ip) || told.has(placeOf(word.at))) continue;
        const real = role === realServer;
        const meant = [...kept.values()].find((assigned) => isSlip(assigned.value.text!, ip) && fits(assigned, real, used));
        if (!meant) continue;
        told.add(placeOf(word.at));
        yield { at: word.at, note: `${role} is ${ip}, where ${meant.name} is ${meant.value.text}`, related: [{ at: meant.at, note: real ? `no command uses ${meant.name}` : `${meant.name} gets its value here` }], confidence: 'likely' };
      }
    }
  },
});

const realServer = "a real server's address";

/** A real server's address stands for a variable that no command uses; a VIP for one that other commands use as the VIP. */
function fits({ name }: Assigned, real: boolean, used: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  const roles = used.get(name);
  return real ? roles === undefined : roles !== undefined && !roles.has(realServer) && !roles.has('the gateway of a route');
}

/** What each variable stands for in commands, in any action. */
function rolesOfVariables(script: Script): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { step } of everyStep(script)) {
    for (const word of step.words) for (const name of word.variables) if (!found.has(name)) found.set(name, new Set());
    for (const { word, role } of addressWords(step)) for (const name of word.variables) found.get(name)?.add(role);
  }
  return found;
}

/** The IPv4 address of `IP`, `IP:PORT` or `IP/PREFIX`. */
function bareIp(text: string | undefined): string | undefined {
  const ip = /^(\d+\.\d+\.\d+\.\d+)(?:[:/]\S*)?$/.exec(text ?? '')?.[1];
  return ip !== undefined && parseCidr(ip, 'host') ? ip : undefined;
}

/** Whether one number of two addresses lacks a digit of the other, or has two of its digits swapped; the longer has three, since .1 and .10 are ordinary neighbours. */
function isSlip(one: string, other: string): boolean {
  const theirs = other.split('.');
  const differing = one.split('.').flatMap((part, at) => (part === theirs[at] ? [] : [[part, theirs[at]!] as const]));
  const [pair] = differing;
  if (differing.length !== 1 || !pair) return false;
  const [long, short] = pair[0].length >= pair[1].length ? pair : [pair[1], pair[0]];
  if (long.length !== 3) return false;
  if (short.length === 2) return [0, 1, 2].some((at) => long.slice(0, at) + long.slice(at + 1) === short);
  return short.length === 3 && [0, 1].some((at) => long.slice(0, at) + long[at + 1] + long[at] + long.slice(at + 2) === short);
}
