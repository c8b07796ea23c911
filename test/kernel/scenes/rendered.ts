/**
 * The init scripts that lvs-gen renders, for the three classic clusters: they do what the spec says, they can be started and stopped
 * as often as one likes, they leave nothing behind, and no failing command leaves them half done.
 */
import { join } from 'node:path';
import { bootOf, word } from '../proof-script.ts';
import { renderedTrees } from '../rendered.ts';
import type { GuestFile, Scene, SceneResult } from '../scene.ts';

export interface Cluster {
  readonly name: 'dr' | 'nat' | 'tun';
  /** The hosts of the spec and the wires, before anything of lvs-gen has run. */
  readonly topology: string;
  readonly vip: string;
  /** What six requests (a multiple of the weights' sum) give, by the spec's scheduler and weights. */
  readonly count: number;
  readonly answers: string;
}

export const clusters: readonly Cluster[] = [
  {
    name: 'dr',
    vip: '172.16.1.100',
    count: 6,
    answers: 'web1=3 web2=3',
    topology: `
      host client router lvs1 web1 web2
      wire outside client:eth0 router:eth0
      wire lan router:eth1 lvs1:eth0 web1:eth0 web2:eth0
      address client eth0 10.9.0.1/24 via 10.9.0.254
      address router eth0 10.9.0.254/24; address router eth1 172.16.1.254/24
      address lvs1 eth0 172.16.1.200/24 via 172.16.1.254
      address web1 eth0 172.16.1.10/24 via 172.16.1.254
      address web2 eth0 172.16.1.20/24 via 172.16.1.254
      router router; serve web1; serve web2`,
  },
  {
    name: 'nat',
    vip: '192.168.1.10',
    count: 6,
    answers: 'web1=3 web2=3',
    topology: `
      host client router lvs1 web1 web2
      wire beyond client:eth0 router:eth0
      wire outside router:eth1 lvs1:eth0
      wire inside lvs1:eth1 web1:eth0 web2:eth0
      address client eth0 10.9.0.1/24 via 10.9.0.254
      address router eth0 10.9.0.254/24; address router eth1 192.168.1.1/24
      address lvs1 eth0 192.168.1.2/24 via 192.168.1.1; address lvs1 eth1 192.168.14.50/24
      address web1 eth0 192.168.14.51/24 via 192.168.14.50
      address web2 eth0 192.168.14.52/24 via 192.168.14.50
      router router; serve web1 80; serve web2 8080`,
  },
  {
    name: 'tun',
    vip: '10.0.1.100',
    count: 8,
    answers: 'web1=6 web2=2',
    topology: `
      host client router lvs1 web1 web2
      wire outside client:eth0 router:eth0
      wire one router:eth1 lvs1:eth0
      wire two router:eth2 web1:eth0
      wire three router:eth3 web2:eth0
      address client eth0 10.9.0.1/24 via 10.9.0.254
      address router eth0 10.9.0.254/24; address router eth1 10.0.1.254/24; address router eth2 10.0.2.254/24; address router eth3 10.0.3.254/24
      address lvs1 eth0 10.0.1.200/24 via 10.0.1.254
      address web1 eth0 10.0.2.10/24 via 10.0.2.254
      address web2 eth0 10.0.3.10/24 via 10.0.3.254
      router router; serve web1; serve web2`,
  },
];

type Wanted = readonly (readonly [pattern: RegExp, value: RegExp])[];

/** Every row that a pattern names reads as told; each pattern names at least one; nothing else may be said. */
export const rowsMatch =
  (wanted: Wanted) =>
  ({ rows }: SceneResult): readonly string[] => [
    ...wanted.filter(([pattern]) => !rows.some(({ key }) => pattern.test(key))).map(([pattern]) => `no row ${pattern}`),
    ...rows.flatMap(({ key, value }) => {
      const reading = wanted.find(([pattern]) => pattern.test(key))?.[1];
      return reading === undefined ? [`unexpected row ${key}: ${value}`] : reading.test(value) ? [] : [`${key}: "${value}", expected ${reading}`];
    }),
  ];

/** The hosts that have an init script to start: a real server behind address translation needs none. */
const startedHosts = (trees: ReadonlyMap<string, GuestFile>): readonly string[] =>
  ['web1', 'web2', 'lvs1'].filter((host) => trees.has(`${host}/etc/init.d/ipvs`) || trees.has(`${host}/etc/init.d/real`));

const cycle: Wanted = [
  [/: status, start, status$/, /^3 0 0$/],
  [/: start again$/, /^0$/],
  [/ changed$/, /^$/],
  [/: restart, /, /^0 0 0 0 0 0$/],
  [/: stop, status, stop$/, /^0 3 0$/],
  [/ when stopped$/, /^0 0 7 2 3$/],
  [/ left$/, /^$/],
];

const requestsMatch = ({ answers }: Cluster): Wanted => [
  [/^requests$/, new RegExp(`^${answers}$`)],
  [/^requests (before|after)$/, /^fail=2$/],
];

/** Everything that can be asked of the scripts, on a host with all tools. */
const cycleScene = (cluster: Cluster, trees: ReadonlyMap<string, GuestFile>): Scene => {
  const { name, topology, vip, count } = cluster;
  const hosts = startedHosts(trees);
  const some = hosts.filter((host) => host !== 'web2').join(' ');
  return {
    name: `rendered/${name}`,
    files: trees,
    script: `${topology}
      row 'requests before' "$(requests client ${vip} 80 2)"
      starts ${hosts.join(' ')}
      row 'requests' "$(requests client ${vip} 80 ${count})"
      ${name === 'dr' ? `row 'who has the VIP' "$(who_has router eth1 ${vip})"` : ''}
      starts_again ${some}
      restarts ${some}
      row 'requests' "$(requests client ${vip} 80 ${count})"
      stops ${[...hosts].reverse().join(' ')}
      stays_stopped ${some}
      row 'requests after' "$(requests client ${vip} 80 2)"`,
    expect: rowsMatch([...cycle, ...requestsMatch(cluster), ...(name === 'dr' ? [[/^who has/, /^lvs1=1$/] as const] : [])]),
  };
};

/** With one of the two tool sets alone: works, is undone, and survives the failure of each of its steps. */
const toolsScene = (cluster: Cluster, trees: ReadonlyMap<string, GuestFile>, tools: 'net-tools' | 'iproute'): Scene => {
  const { name, topology, vip, count } = cluster;
  const hosts = startedHosts(trees);
  const some = hosts.filter((host) => host !== 'web2');
  return {
    name: `rendered/${name}-${tools}`,
    files: trees,
    script: `${topology}
      for each in ${hosts.join(' ')}; do only_${tools === 'iproute' ? 'iproute' : 'net_tools'} $each; done
      starts ${hosts.join(' ')}
      row 'requests' "$(requests client ${vip} 80 ${count})"
      stops ${[...hosts].reverse().join(' ')}
      ${some.map((host) => `survives_failures ${host}`).join('\n      ')}`,
    expect: rowsMatch([
      ...cycle.filter(([pattern]) => /start, status|stop, status|left/.test(pattern.source)),
      ...requestsMatch(cluster).slice(0, 1),
      [/: failures tried$/, /^[1-9]\d*$/],
      [/: not survived$/, /^$/],
      [/after all that$/, /^0 0 0$/],
    ]),
  };
};

const bootScene = ({ name, topology, vip, count, answers }: Cluster, trees: ReadonlyMap<string, GuestFile>): Scene => {
  const boots = ['web1', 'web2', 'lvs1'].map((host) => {
    const paths = [...trees.keys()].filter((path) => path.startsWith(`${host}/`)).map((path) => path.slice(host.length + 1));
    return `boot_all ${host} 60 ${bootOf(paths).map(word).join(' ')}`;
  });
  return {
    name: `rendered/${name}-boot`,
    files: trees,
    script: `${topology}\n${boots.join('\n')}\nrow 'requests' "$(requests client ${vip} 80 ${count})"`,
    expect: rowsMatch([
      [/^boot$/, / -> 0$/],
      [/^requests$/, new RegExp(`^${answers}$`)],
    ]),
  };
};

const scenesOf = (cluster: Cluster): readonly Scene[] => {
  try {
    const trees = renderedTrees(join('fixtures', 'specs', cluster.name, 'spec.json'));
    return [bootScene(cluster, trees), cycleScene(cluster, trees), toolsScene(cluster, trees, 'iproute'), toolsScene(cluster, trees, 'net-tools')];
  } catch (error) {
    const said = String((error as { readonly stderr?: Buffer }).stderr ?? error);
    return [{ name: `rendered/${cluster.name}`, script: 'exit 1', expect: () => [`lvs-gen render refuses fixtures/specs/${cluster.name}/spec.json: ${said}`] }];
  }
};

export const family = 'rendered';

/** Asked for only when wanted: rendering takes a second. */
export const scenes = (): readonly Scene[] => clusters.flatMap(scenesOf);
