/**
 * The fullest spec on the kernel: both families, marks, every protocol, a tunnel by UDP, two directors that hand over to each other.
 * The table is compared with the spec's words line by line, as `ipvsadm -S -n` prints them.
 */
import { join } from 'node:path';
import { renderedTrees } from '../rendered.ts';
import { rowsRead, valueOf, type Scene } from '../scene.ts';

/** The hosts of fixtures/specs/everything, with a router between them and a client. */
export const topology = `
  host client router lvs1 lvs2 web1 web2 far1
  wire outside client:eth0 router:eth0
  wire lan router:eth1 lvs1:eth0 lvs2:eth0 web1:eth0 web2:eth0
  wire far router:eth2 far1:eth0
  address client eth0 203.0.113.1/24 2001:db8:ff::1/64 via 203.0.113.254 via 2001:db8:ff::fe
  address router eth0 203.0.113.254/24 2001:db8:ff::fe/64
  address router eth1 172.16.1.254/24 2001:db8:1::fe/64
  address router eth2 10.9.0.1/24
  address lvs1 eth0 172.16.1.200/24 2001:db8:1::200/64 via 172.16.1.254 via 2001:db8:1::fe
  address lvs2 eth0 172.16.1.201/24 2001:db8:1::201/64 via 172.16.1.254 via 2001:db8:1::fe
  address web1 eth0 172.16.1.10/24 2001:db8:1::10/64 via 172.16.1.254 via 2001:db8:1::fe
  address web2 eth0 172.16.1.20/24 2001:db8:1::20/64 via 172.16.1.254 via 2001:db8:1::fe
  address far1 eth0 10.9.0.10/24 via 10.9.0.1
  router router; serve web1 80 443; serve web2 80 443; serve far1 80
`;

/** As ipvsadm 1.31 prints it; thresholds it never prints. */
export const table = `
-A -t 172.16.1.100:80 -s wlc -p 600 -M 255.255.255.0
-a -t 172.16.1.100:80 -r 172.16.1.10:80 -g -w 2
-a -t 172.16.1.100:80 -r 172.16.1.20:80 -g -w 0
-a -t 172.16.1.100:80 -r 10.9.0.10:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum
-A -u 172.16.1.101:53 -s rr -o
-a -u 172.16.1.101:53 -r 172.16.1.10:53 -g -w 1
-a -u 172.16.1.101:53 -r 172.16.1.20:53 -g -w 1
-A -u 172.16.1.101:5060 -s rr -p 300 --pe sip
-a -u 172.16.1.101:5060 -r 172.16.1.10:5060 -g -w 1
-a -u 172.16.1.101:5060 -r 172.16.1.20:5060 -g -w 1
-A --sctp-service 172.16.1.101:3868 -s sh -b sh-port
-a --sctp-service 172.16.1.101:3868 -r 172.16.1.10:3868 -g -w 1
-a --sctp-service 172.16.1.101:3868 -r 172.16.1.20:3868 -g -w 1
-A -t [2001:db8:1::100]:443 -s mh -b mh-fallback,mh-port
-a -t [2001:db8:1::100]:443 -r [2001:db8:1::10]:443 -g -w 1
-a -t [2001:db8:1::100]:443 -r [2001:db8:1::20]:443 -g -w 1
-A -f 1 -s wrr -p 300
-a -f 1 -r 172.16.1.10:0 -g -w 1
-a -f 1 -r 172.16.1.20:0 -g -w 3`.trim().split('\n').sort();

export const family = 'rendered';

const hosts = ['web1', 'web2', 'far1', 'lvs1', 'lvs2'];

const wanted: Readonly<Record<string, string | RegExp>> = {
  ...Object.fromEntries(hosts.flatMap((host) => [[`${host}: start`, '0 0'], [`${host}: stop`, '0 3'], [`${host}: left`, '']])),
  'same table on both': '',
  daemons: /^master sync daemon \(mcast=eth0, syncid=17, maxlen=1460, group=224.0.0.81, port=8848, ttl=1\);backup sync daemon/,
  thresholds: /^2000 1500$/,
  'marked 80': /^(web1|web2)=4$/,
  'marked 443': /^(web1|web2)=4$/,
  persistent: /^(web1|far1)=3$/,
  'IPv6': /^web1=\d web2=\d$/,
  'hand over': '0 0 0 0',
  'after it: IPv6': /^web1=\d web2=\d$/,
  'and back': '0 0',
  again: /^(web1|web2)=4$/,
  'refuses while the other serves': '0 0',
  'who is active': 'ipvs is running;ipvs stands by',
};

/** Rows that have to read alike: one mark binds a client over both ports, and whoever was bound stays bound through a hand-over. */
const alike: readonly (readonly [string, string])[] = [['marked 80', 'marked 443'], ['persistent', 'after it: persistent'], ['marked 80', 'again']];

export const scenes = (): readonly Scene[] => {
  const files = renderedTrees(join('fixtures', 'specs', 'everything', 'spec.json'));
  return [
    {
      name: 'rendered/everything',
      files,
      script: `${topology}
        for each in ${hosts.join(' ')}; do remember $each; row "$each: start" "$(codes $each start status)"; done
        row 'who is active' "$(cat $LAB/lvs1/said $LAB/lvs2/said | one_line)"
        while read -r line; do row table "$line"; done < <(net lvs1 ipvsadm -S -n)
        row 'same table on both' "$(diff <(net lvs1 ipvsadm -S -n) <(net lvs2 ipvsadm -S -n) | one_line)"
        row daemons "$(cat <(net lvs1 ipvsadm -L --daemon) <(net lvs2 ipvsadm -L --daemon) | one_line)"
        row thresholds "$(net lvs1 ipvsadm -L -n --thresholds | awk '$1 == "->" && $2 == "172.16.1.10:80" { print $3, $4 }')"
        row 'marked 80' "$(requests client 172.16.1.102 80 4)"
        row 'marked 443' "$(requests client 172.16.1.102 443 4)"
        row 'persistent' "$(requests client 172.16.1.100 80 3)"
        row 'IPv6' "$(requests client 2001:db8:1::100 443 8)"
        row 'hand over' "$(codes lvs1 backup status) $(codes lvs2 start status)"
        forget router
        row 'after it: persistent' "$(requests client 172.16.1.100 80 3)"
        row 'after it: IPv6' "$(requests client 2001:db8:1::100 443 8)"
        row 'and back' "$(codes lvs2 backup) $(codes lvs1 start)"
        row 'again' "$(requests client 172.16.1.102 80 4)"
        row 'refuses while the other serves' "$(codes lvs2 start status)"
        for each in lvs2 lvs1 far1 web2 web1; do row "$each: stop" "$(codes $each stop status)"; row "$each: left" "$(changes $each | one_line)"; done`,
      expect: (result) => [
        ...rowsRead(wanted)(result),
        ...alike.flatMap(([one, other]) => (valueOf(result, one) === valueOf(result, other) ? [] : [`${one}: "${valueOf(result, one)}", but ${other}: "${valueOf(result, other)}"`])),
        ...(JSON.stringify(result.rows.filter(({ key }) => key === 'table').map(({ value }) => value).sort()) === JSON.stringify(table) ? [] : ['the table is not the one that the spec asks for']),
      ],
    },
    {
      // Where nft alone is there, a table of its own marks.
      name: 'rendered/everything-nft',
      files,
      script: `${topology}
        hide lvs1 iptables ip6tables
        for each in web1 web2 far1 lvs1; do remember $each; row "$each: start" "$(codes $each start start status)"; done
        row 'marked 80' "$(requests client 172.16.1.102 80 4)"
        row "lvs1: stop" "$(codes lvs1 stop status)"; row "lvs1: left" "$(changes lvs1 | one_line)"`,
      expect: rowsRead({ 'lvs1: start': '0 0 0', 'marked 80': /^(web1|web2)=4$/, 'lvs1: stop': '0 3', 'lvs1: left': '' }),
    },
    {
      name: 'rendered/everything-failures',
      // Each start asks for two seconds whether another director answers.
      timeoutSeconds: 1200,
      files,
      script: `${topology}\nsurvives_failures far1\nsurvives_failures lvs1`,
      expect: rowsRead(Object.fromEntries(['far1', 'lvs1'].flatMap((host) => [[`${host}: failures tried`, /^[1-9]\d*$/], [`${host}: not survived`, ''], [`${host}: start, status, stop after all that`, '0 0 0'], [`${host}: stop after all that left`, '']]))),
    },
  ];
};
