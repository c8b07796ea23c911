/** One case of a proof as a scene's script: builds the hosts, boots them from their trees, measures. */
import { type Measure, measuresOf, type ProofCase, type ProofHost, type ProofPage } from './proof-format.ts';
import { hostsOf, merge, vipOf } from './ready-clusters.ts';

/** A word that bash reads as just that. */
export const word = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** How long a host's boot may take by the guest's clock before it is called hanging. */
const bootSeconds = 15;

/**
 * What a host with these files (paths below its root) does when it boots, as commands: sysctl files in the true order of precedence,
 * loopback aliases of ifcfg-*, firewall and IPVS rules, init scripts in the order of their names, rc.local.
 */
export const bootOf = (paths: readonly string[]): readonly string[] => {
  const some = (pattern: RegExp): readonly string[] =>
    paths
      .filter((path) => pattern.test(path))
      .sort()
      .map((path) => `/${path}`);
  const sysctls = some(/^(etc|run|usr\/lib|usr\/local\/lib|lib)\/sysctl\.d\/[^/]+\.conf$|^etc\/sysctl\.conf$/);
  return [
    ...some(/^etc\/modules-load\.d\/[^/]+\.conf$/).map((path) => `grep -v '^[#;]' ${path} | xargs -r modprobe -a`),
    ...(sysctls.length > 0 ? ['sysctl --system'] : []),
    ...some(/^etc\/sysconfig\/network-scripts\/ifcfg-lo:[^/]+$/).map((path) => `. ${path}; ip addr add "$IPADDR/\${PREFIX:-\${NETMASK:-32}}" dev lo`),
    ...some(/^etc\/sysconfig\/iptables$/).map((path) => `iptables-restore <${path}`),
    ...some(/^etc\/(sysconfig\/ipvsadm|ipvsadm\.rules)$/).map((path) => `ipvsadm -R <${path}`),
    ...some(/^etc\/(rc\.d\/)?init\.d\/(?!functions$)[^/]+$/).map((path) => `${path} start`),
    ...some(/^etc\/(rc\.d\/)?rc\.local$/),
  ];
};

const build = (hosts: Readonly<Record<string, ProofHost>>, trees: Readonly<Record<string, readonly string[]>>): readonly string[] => {
  const entries = Object.entries(hosts);
  const wires = new Map<string, string[]>();
  for (const [host, { devices = {} }] of entries) {
    for (const [device, { wire }] of Object.entries(devices)) wires.set(wire, [...(wires.get(wire) ?? []), `${host}:${device}`]);
  }
  const lines = [`host ${entries.map(([host, { tree }]) => word(`${host}=${tree ?? host}`)).join(' ')}`];
  for (const [wire, ends] of wires) lines.push(`wire ${word(wire)} ${ends.map(word).join(' ')}`);
  for (const [host, { devices = {}, gateway, role, listen, without }] of entries) {
    const cards = Object.entries(devices);
    cards.forEach(([device, { addresses = [] }], index) => {
      const via = gateway !== undefined && addresses.length > 0 && index === cards.length - 1 ? ['via', gateway] : [];
      lines.push(`address ${[host, device, ...addresses, ...via].map(word).join(' ')}`);
    });
    if (role === 'router') lines.push(`router ${word(host)}`);
    if (role === 'real-server') lines.push(`serve ${[host, ...(listen ?? [80]).map(String)].map(word).join(' ')}`);
    if (without !== undefined) lines.push(`hide ${[host, ...without].map(word).join(' ')}`);
  }
  for (const [host, { boot, before = [], after = [], tree = host, seconds = bootSeconds }] of entries) {
    const own = trees[tree];
    // A tree decides how its host boots; the ready-made cluster's commands are for hosts without one.
    const commands = [...before, ...(own === undefined ? (boot ?? []) : (boot ?? bootOf(own))), ...after];
    if (commands.length > 0) lines.push(`boot_all ${word(host)} ${seconds} ${commands.map(word).join(' ')}`);
  }
  return lines;
};

const measureLine = (
  one: Measure,
  key: string,
  at: { readonly client: string; readonly asks: string; readonly device: string; readonly vip: string; readonly port: number; readonly realServers: readonly string[] },
): string => {
  if (one.requests !== undefined) {
    const [, address = at.vip, port = String(at.port)] = /^(.*):(\d+)$/.exec(one.to ?? `${at.vip}:${at.port}`) ?? [];
    return `row ${key} "$(requests ${word(one.from ?? at.client)} ${word(address)} ${port} ${one.requests})"`;
  }
  if (one.arp !== undefined) return `row ${key} "$(who_has ${word(one.arp.asks ?? at.asks)} ${word(at.device)} ${word(one.arp.for ?? at.vip)} | sed 's/=[0-9]*//g')"`;
  if (one.owner !== undefined) {
    const asks = word(one.owner.asks ?? at.asks);
    // A real server that has forgotten its neighbours asks for them, and what it calls itself then is what is measured.
    return `said=; for i in 1 2 3; do forget ${at.realServers.map(word).join(' ')}; requests ${word(at.client)} ${word(at.vip)} ${at.port} 1 >/dev/null; said+=" $(owner ${asks} ${word(at.vip)})"; done; row ${key} "\${said# }"`;
  }
  if (one.run !== undefined)
    return `said=$(boot ${word(one.on ?? '')} ${one.seconds ?? bootSeconds} ${word(one.run)}); code=$?; echo "$said"; row ${key} "$code $(tail -n +2 <<<"$said" | sed -E 's/^  [^ ]+: //' | paste -sd '\\t')"`;
  const { on, commands } = one.leaves ?? { on: '', commands: [] };
  return `remember ${word(on)}; ${commands.map((command) => `boot ${word(on)} ${bootSeconds} ${word(command)}`).join('; ')}; row ${key} "$(changes ${word(on)} | paste -sd '\\t')"`;
};

/** The row key of the `index`th measure of a case. */
export const measureKey = (index: number): string => `measure ${index + 1}`;

/** The script of one case; `trees` are the paths of the files in each of its trees. */
export const caseScript = (page: ProofPage, one: ProofCase, trees: Readonly<Record<string, readonly string[]>>): string => {
  // A host with a tree boots from that tree, so the ready-made commands must not stand in its way; what the page itself says does.
  const ready = Object.fromEntries(
    Object.entries(hostsOf({ ...page, hosts: {} })).map(([name, host]) => {
      const said = merge(page.hosts ?? {}, one.hosts ?? {})[name] ?? {};
      if (trees[said.tree ?? name] === undefined) return [name, host];
      const { boot: _, ...rest } = host;
      return [name, rest];
    }),
  );
  const hosts = merge(merge(ready, page.hosts ?? {}), one.hosts ?? {});
  const named = (role: ProofHost['role']): readonly string[] =>
    Object.entries(hosts)
      .filter(([, host]) => host.role === role)
      .map(([name]) => name);
  const vip = vipOf(page);
  const lanOf = (name: string): string | undefined =>
    Object.entries(hosts[name]?.devices ?? {}).find(([, { wire }]) =>
      named('director').some((each) => Object.values(hosts[each]?.devices ?? {}).some((device) => device.wire === wire)),
    )?.[0];
  const client = named('client')[0] ?? '';
  const asks = [...named('router'), ...named('client')].find((name) => lanOf(name) !== undefined) ?? client;
  const lines = [...build(hosts, trees), `forget ${word(asks)}`];
  measuresOf(one).forEach((each, index) => {
    const asker = each.arp?.asks ?? asks;
    lines.push(measureLine(each, word(measureKey(index)), { client, asks, device: lanOf(asker) ?? 'eth0', vip, port: page.port ?? 80, realServers: named('real-server') }));
  });
  return `${lines.join('\n')}\n`;
};
