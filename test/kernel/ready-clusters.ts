/** The three classic clusters as hosts of a proof: right in every respect, so that what a case lays over them is all that differs. */
import type { ProofHost, ProofPage } from './proof-format.ts';

type Hosts = Readonly<Record<string, ProofHost>>;

/** The addresses of a ready-made cluster after the page's own words; `bare` cuts the prefix length off. */
const addressesOf =
  (page: ProofPage, usual: Readonly<Record<string, string>>): ((name: string) => string) =>
  (name) =>
    page.addresses?.[name] ?? usual[name] ?? '';

const bare = (address: string): string => address.replace(/\/.*/, '');

const serviceOf = (page: ProofPage, vip: string, flag: string, rips: readonly string[]): readonly string[] => {
  const service = `-t ${bare(vip)}:${page.port ?? 80}`;
  return [`ipvsadm -A ${service} -s ${page.scheduler ?? 'rr'}`, ...rips.map((rip) => `ipvsadm -a ${service} -r ${bare(rip)}:${page.port ?? 80} ${flag}`)];
};

const oneLan = (page: ProofPage, flag: '-g' | '-i'): Hosts => {
  const at = addressesOf(page, {
    vip: '172.16.1.100',
    dip: '172.16.1.200/24',
    web1: '172.16.1.10/24',
    web2: '172.16.1.20/24',
    router: '172.16.1.254/24',
    client: '10.9.0.1/24',
    outside: '10.9.0.254/24',
  });
  const gateway = bare(at('router'));
  const vip = bare(at('vip'));
  const quiet = ['sysctl -w net.ipv4.conf.all.arp_ignore=1', 'sysctl -w net.ipv4.conf.all.arp_announce=2'];
  const hold =
    flag === '-g'
      ? [`ip addr add ${vip}/32 dev lo`]
      : ['sysctl -w net.ipv4.conf.tunl0.rp_filter=0 net.ipv4.conf.all.rp_filter=0', `ip addr add ${vip}/32 dev tunl0`, 'ip link set tunl0 up'];
  const realServer = (name: string): ProofHost => ({ role: 'real-server', devices: { eth0: { wire: 'lan', addresses: [at(name)] } }, gateway, boot: [...quiet, ...hold] });
  return {
    client: { role: 'client', devices: { eth0: { wire: 'outside', addresses: [at('client')] } }, gateway: bare(at('outside')) },
    router: { role: 'router', devices: { eth0: { wire: 'outside', addresses: [at('outside')] }, eth1: { wire: 'lan', addresses: [at('router')] } } },
    dir: {
      role: 'director',
      devices: { eth0: { wire: 'lan', addresses: [at('dip')] } },
      gateway,
      boot: [`ip addr add ${vip}/32 dev eth0`, ...serviceOf(page, vip, flag, [at('web1'), at('web2')])],
    },
    web1: realServer('web1'),
    web2: realServer('web2'),
  };
};

const twoNets = (page: ProofPage): Hosts => {
  const at = addressesOf(page, {
    vip: '192.168.1.10/24',
    dip: '192.168.14.50/24',
    web1: '192.168.14.51/24',
    web2: '192.168.14.52/24',
    router: '192.168.14.254/24',
    client: '192.168.1.1/24',
    outside: '192.168.1.254/24',
  });
  const realServer = (name: string): ProofHost => ({ role: 'real-server', devices: { eth0: { wire: 'inside', addresses: [at(name)] } }, gateway: bare(at('dip')), boot: [] });
  return {
    client: { role: 'client', devices: { eth0: { wire: 'outside', addresses: [at('client')] } } },
    router: { role: 'router', devices: { eth0: { wire: 'outside', addresses: [at('outside')] }, eth1: { wire: 'inside', addresses: [at('router')] } } },
    dir: {
      role: 'director',
      devices: { eth0: { wire: 'outside', addresses: [at('vip')] }, eth1: { wire: 'inside', addresses: [at('dip')] } },
      boot: ['sysctl -w net.ipv4.ip_forward=1', ...serviceOf(page, at('vip'), '-m', [at('web1'), at('web2')])],
    },
    web1: realServer('web1'),
    web2: realServer('web2'),
  };
};

/** The hosts of a proof without any case: the ready-made cluster, with what the page says over it. */
export const hostsOf = (page: ProofPage): Hosts => {
  const ready = page.cluster === undefined ? {} : page.cluster === 'nat' ? twoNets(page) : oneLan(page, page.cluster === 'dr' ? '-g' : '-i');
  return merge(ready, page.hosts ?? {});
};

/** `over` on top of `under`, host by host and field by field. */
export const merge = (under: Hosts, over: Hosts): Hosts =>
  Object.fromEntries([...new Set([...Object.keys(under), ...Object.keys(over)])].map((name) => [name, { ...under[name], ...over[name] }]));

/** The VIP of a proof, without prefix length: as the page says, or the ready-made cluster's own. */
export const vipOf = (page: ProofPage): string => bare(page.addresses?.['vip'] ?? (page.cluster === 'nat' ? '192.168.1.10' : '172.16.1.100'));
