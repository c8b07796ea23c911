/**
 * The fullest spec on the kernel: both families, marks, every protocol, a tunnel by UDP, two directors that hand over to each other.
 * The table is compared with the spec's words line by line, as `ipvsadm -S -n` prints them.
 */
import { join } from 'node:path';
import { renderedTrees } from '../rendered.ts';
import { rowsRead, type Scene } from '../scene.ts';

const topology = `
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
  router router; serve web1 80 443 53; serve web2 80 443 53; serve far1 80
`;

const table = [
  '-A -t 172.16.1.100:80 -s wlc -p 600 -M 255.255.255.0',
  '-a -t 172.16.1.100:80 -r 172.16.1.10:80 -g -w 2',
  '-a -t 172.16.1.100:80 -r 172.16.1.20:80 -g -w 0',
  '-a -t 172.16.1.100:80 -r 10.9.0.10:80 -i --tun-type gue --tun-port 6080 --tun-remcsum -w 1',
];

export const family = 'rendered';

export const scenes = (): readonly Scene[] => {
  const trees = renderedTrees(join('fixtures', 'specs', 'everything', 'spec.json'));
  return [
    {
      name: 'rendered/everything',
      files: trees,
      script: `${topology}
        for each in web1 web2 far1 lvs1 lvs2; do remember $each; row "$each: start" "$(codes $each start status)"; done
        row 'standing by' "$(grep -h . $LAB/lvs1/said $LAB/lvs2/said | one_line)"
        net lvs1 ipvsadm -S -n | while read -r line; do row table "$line"; done
        row 'same table on both' "$(diff <(net lvs1 ipvsadm -S -n) <(net lvs2 ipvsadm -S -n) | one_line)"
        net lvs1 ipvsadm -L --daemon; net lvs1 ipvsadm -L --timeout; net lvs2 ipvsadm -L --daemon
        net lvs1 iptables-save -t mangle
        row 'marked 80' "$(requests client 172.16.1.102 80 4)"
        row 'marked 443' "$(requests client 172.16.1.102 443 4)"
        row 'persistent' "$(requests client 172.16.1.100 80 3)"
        row 'IPv6' "$(requests client 2001:db8:1::100 443 8)"
        row 'one packet' "$(requests client --udp 172.16.1.101 53 4)"
        row 'hand over' "$(codes lvs1 backup status) $(codes lvs2 start status)"
        forget router
        row 'after it: persistent' "$(requests client 172.16.1.100 80 3)"
        row 'after it: IPv6' "$(requests client 2001:db8:1::100 443 8)"
        row 'and back' "$(codes lvs2 backup) $(codes lvs1 start)"
        row 'again' "$(requests client 172.16.1.102 80 4)"
        row 'refuses while the other serves' "$(codes lvs2 start status)"
        for each in lvs2 lvs1 far1 web2 web1; do row "$each: stop" "$(codes $each stop status)"; row "$each: left" "$(changes $each | one_line)"; done`,
      expect: rowsRead({}),
    },
  ];
};
