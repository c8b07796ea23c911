/**
 * The proofs of rules: a rule that says "this breaks the cluster" is shown to be right by booting the very files of its fixture cases
 * on a real kernel. `fixtures/rules/FAMILY/NAME/proof.json` says what stands where and what is right; `kernel.txt` beside it is what
 * was measured (`npm run test:kernel -- --accept FAMILY/NAME` writes it), bound to the trees by a digest.
 *
 * The simplest one, for arp/ignore-missing, whose cases hold a tree `web1/etc/…` each:
 *
 *   { "cluster": "dr",
 *     "hosts": { "web1": { "after": ["ip addr add 172.16.1.100/32 dev lo"] } },
 *     "cases": {
 *       "bad-never-set":   { "arp": { "answers": ["dir", "web1"] } },
 *       "good-on-the-nic": { "arp": { "answers": ["dir"] }, "measures": [{ "requests": 6, "expect": { "web1": 3, "web2": 3 } }] } } }
 *
 * cluster    a ready-made, right cluster of the hosts client, router, dir, web1, web2, every one of which a tree or the page may change:
 *              dr, tun  client 10.9.0.1 - router 10.9.0.254 / 172.16.1.254 eth1 - LAN: dir eth0 172.16.1.200, web1 eth0 172.16.1.10, web2 eth0 172.16.1.20;
 *                       VIP 172.16.1.100 on dir's eth0 and on lo (dr) or tunl0 (tun) of the real servers; default gateway: the router
 *              nat      client eth0 192.168.1.1 and dir eth0 192.168.1.10 (= VIP) outside; dir eth1 192.168.14.50, web1 .51, web2 .52 inside,
 *                       gateway = DIP; `router` (192.168.1.254 / 192.168.14.254) joins both nets beside the director
 * addresses  other addresses for it: vip dip web1 web2 router client outside (the router's other side), with prefix lengths
 * port, scheduler   of its service (80, rr)
 * hosts      what differs from it, or, without `cluster`, everything; by name:
 *   role       client | router (forwards) | director | real-server (runs a web server that answers with the host's name)
 *   devices    { "eth0": { "wire": "lan", "addresses": ["172.16.1.10/24"] } }; devices with the same wire see each other; one without addresses gets no gateway
 *   gateway    default gateway             listen   the web server's ports ([80])       without   programs to take away (["ip"])
 *   tree       the folder of the case that is laid over the host's root; default: the host's name. Several hosts may share one
 *   boot       the commands that bring it up. Left out: for a host that has a tree in this case, what its files do at boot (modules-load.d,
 *              `sysctl --system`, ifcfg-lo:*, saved iptables and ipvsadm rules, `/etc/init.d/* start`, rc.local); else the ready-made commands
 *   before, after   commands around `boot`, whoever said that. They run as the host, nobody at the keyboard; all that a host has are ended
 *              after its `seconds` (15), and what was running then "hangs"
 * cases      name of a folder beside proof.json → hosts (over those of the page) and what to measure; at least one bad-* and one good-* (or
 *            fixed-*). A case is one measure itself and/or has "measures": [...]. A measure is exactly one of
 *   { "requests": 6, "expect": { "web1": 3, "web2": ">=1", "fail": 0 } }     or "fails": true (not one is answered); "from": host (the client),
 *              "to": "ADDRESS:PORT" (the VIP). Who is not named in expect must not answer; failures not named must not happen
 *   { "arp": { "answers": ["dir"] } }      exactly these answer one broadcast for the VIP; "asks": host (router, else client), "for": address
 *   { "owner": { "is": ["dir"] } }         after each of three requests, the router's (or "asks": host's) entry for the VIP names one of these
 *   { "run": "/etc/init.d/real status", "on": "web1", "exit": 3, "prints": "stopped", "lacks": "Running", "seconds": 15 }     exit 124 = it hangs
 *   { "leaves": { "on": "web1", "commands": ["/etc/init.d/real start", "/etc/init.d/real stop"], "nothing": true } }   the network state
 *              (addresses, links, routes, rules, sysctls, iptables, IPVS) after them is that before; or "changes": ["-net/ipv4/ip_forward=1"], each
 *              of which must be among the lines of the difference (- gone, + new)
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Guest } from './build.ts';
import { measuredDigest, proofDigest } from './digest.ts';
import { filesOf } from './files.ts';
import { type Measure, measuresOf, type ProofPage, readProofPage } from './proof-format.ts';
import { caseScript, measureKey } from './proof-script.ts';
import { type Scene, type SceneResult, valueOf } from './scene.ts';

/** A rule's proof as found on disk. */
export interface Proof {
  readonly rule: string;
  readonly folder: string;
  /** Absent when the page has mistakes. */
  readonly page?: ProofPage;
  readonly mistakes: readonly string[];
}

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'rules');

const foldersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => statSync(join(folder, name)).isDirectory())
        .sort()
    : [];

/** All proofs below `root` (default: the fixtures of the rules), in the order of rule ids. */
export const readProofs = (root: string = fixtures): readonly Proof[] =>
  foldersIn(root)
    .flatMap((family) => foldersIn(join(root, family)).map((name) => ({ rule: `${family}/${name}`, folder: join(root, family, name) })))
    .filter(({ folder }) => existsSync(join(folder, 'proof.json')))
    .map((found) => {
      const { page, mistakes } = readProofPage(readFileSync(join(found.folder, 'proof.json'), 'utf8'));
      const absent = Object.keys(page?.cases ?? {}).filter((name) => !existsSync(join(found.folder, name)));
      if (page === undefined || absent.length > 0) return { ...found, mistakes: [...mistakes, ...absent.map((name) => `there is no case ${name}`)] };
      return { ...found, page, mistakes };
    });

const holds = (wanted: number | string, found: number): boolean => {
  if (typeof wanted === 'number') return found === wanted;
  const [, sign = '', bound = ''] = /^(>=?|<=?)(\d+)$/.exec(wanted) ?? [];
  const limit = Number(bound);
  return sign === '>' ? found > limit : sign === '>=' ? found >= limit : sign === '<' ? found < limit : found <= limit;
};

const countsOf = (row: string): ReadonlyMap<string, number> => new Map([...row.matchAll(/(\S+)=(\d+)/g)].map(([, name = '', count = '']) => [name, Number(count)]));

/** Why what was measured is not what the proof says; undefined when it is. */
const wrongIn = (one: Measure, row: string): string | undefined => {
  const found = (wanted: string): string => `measured "${row}", expected ${wanted}`;
  if (one.fails === true) return countsOf(row).size === 1 && countsOf(row).has('fail') ? undefined : found('that every request fails');
  if (one.expect !== undefined) {
    const counts = countsOf(row);
    const names = new Set([...counts.keys(), ...Object.keys(one.expect)]);
    return counts.size > 0 && [...names].every((name) => holds(one.expect?.[name] ?? 0, counts.get(name) ?? 0)) ? undefined : found(JSON.stringify(one.expect));
  }
  if (one.arp !== undefined) return row === ([...one.arp.answers].sort().join(' ') || 'none') ? undefined : found(`answers of ${one.arp.answers.join(', ') || 'nobody'}`);
  if (one.owner !== undefined) return row.split(' ').every((name) => one.owner?.is.includes(name)) ? undefined : found(`only ${one.owner.is.join(', ')}`);
  if (one.run !== undefined) {
    const [code = '', ...rest] = row.split(' ');
    const said = rest.join(' ');
    if (one.exit !== undefined && Number(code) !== one.exit) return found(`exit code ${one.exit}`);
    if (one.prints !== undefined && !said.includes(one.prints)) return found(`that it prints "${one.prints}"`);
    return one.lacks !== undefined && said.includes(one.lacks) ? found(`that it does not print "${one.lacks}"`) : undefined;
  }
  const changes = row.split('\t').filter((line) => line !== '');
  if (one.leaves?.nothing === true) return changes.length === 0 ? undefined : found('no change');
  const missing = (one.leaves?.changes ?? []).filter((line) => !changes.includes(line));
  return missing.length === 0 ? undefined : found(missing.map((line) => `"${line}"`).join(' and '));
};

const nameOf = (proof: Proof, name: string): string => `${proof.rule} ${name}`;

/** A scene a case; none for a page with mistakes. */
export const proofScenes = (proof: Proof): readonly Scene[] =>
  Object.entries(proof.page?.cases ?? {}).map(([name, one]) => {
    const files = filesOf(join(proof.folder, name));
    const trees: Record<string, string[]> = {};
    for (const path of files.keys()) {
      const [host = '', ...rest] = path.split('/');
      (trees[host] ??= []).push(rest.join('/'));
    }
    return {
      name: nameOf(proof, name),
      files,
      script: caseScript(proof.page as ProofPage, one, trees),
      expect: (result) =>
        measuresOf(one).flatMap((each, index) => {
          const row = valueOf(result, measureKey(index));
          const wrong = row === undefined ? 'was not measured' : wrongIn(each, row);
          return wrong === undefined ? [] : [`${measureKey(index)}: ${wrong}`];
        }),
    };
  });

const told = (one: Measure): string => {
  if (one.requests !== undefined) return `${one.requests} requests${one.from === undefined ? '' : ` from ${one.from}`} to ${one.to ?? 'the VIP'}`;
  if (one.arp !== undefined) return `who has ${one.arp.for ?? 'the VIP'}`;
  if (one.owner !== undefined) return 'owner of the VIP after each of three requests';
  return one.run !== undefined ? `${one.on}: ${one.run}` : `${one.leaves?.on}: changes after ${one.leaves?.commands.join(', ')}`;
};

/** The text of a kernel.txt: no dates, no durations, nothing that differs from run to run on one kernel but what chance decides. */
const recordOf = (proof: Proof, page: ProofPage, results: ReadonlyMap<string, SceneResult>, guest: Guest): string => {
  const cases = Object.entries(page.cases).map(([name, one]) => {
    const result = results.get(nameOf(proof, name));
    const boots = (result?.rows ?? []).filter(({ key }) => key === 'boot').map(({ value }) => `  ${value}`);
    const measured = measuresOf(one).map((each, index) => `  ${told(each)}: ${(result === undefined ? '' : (valueOf(result, measureKey(index)) ?? '')).replaceAll('\t', '; ')}`);
    return [name, ...boots, ...measured].map((line) => `${line.trimEnd()}\n`).join('');
  });
  return `Measured by npm run test:kernel -- --accept ${proof.rule}\nkernel: Linux ${guest.release}\ntrees: sha256 ${proofDigest(proof.folder)}\n\n${cases.join('\n')}`;
};

/**
 * Looks whether a rule's kernel.txt was measured with the trees of today, or writes it (`accept`) once every case has passed.
 * Gives what is wrong; nothing when only some of the cases were run.
 */
export const settle = (proof: Proof, results: ReadonlyMap<string, SceneResult>, guest: Guest, accept: boolean): readonly string[] => {
  const { page } = proof;
  if (page === undefined) return [];
  const scenes = proofScenes(proof);
  const all = scenes.every(({ name }) => results.has(name));
  const right = scenes.every((scene) => {
    const result = results.get(scene.name);
    return result !== undefined && result.exitCode === 0 && [...scene.expect(result)].length === 0;
  });
  if (!all || !right) return [];
  if (accept) {
    writeFileSync(join(proof.folder, 'kernel.txt'), recordOf(proof, page, results, guest));
    return [];
  }
  const current = measuredDigest(proof.folder) === proofDigest(proof.folder);
  return current
    ? []
    : [`FAIL ${proof.rule}: kernel.txt is ${existsSync(join(proof.folder, 'kernel.txt')) ? 'of other trees' : 'absent'}: npm run test:kernel -- --accept ${proof.rule}`];
};
