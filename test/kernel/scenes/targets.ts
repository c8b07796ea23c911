/**
 * The other forms of everything.json on the kernel: whichever it is, the table is the same, and clients are served alike. keepalived runs for real: VRRP between two directors,
 * of which the active one dies.
 */
import { join } from 'node:path';
import { renderedTrees } from '../rendered.ts';
import { rowsRead, valueOf, type Scene, type SceneResult } from '../scene.ts';
import { table, topology } from './everything.ts';

export const family = 'targets';

const spec = join('fixtures', 'specs', 'everything', 'spec.json');

/** What a host does at boot before its network. */
const early = 'sysctl -q --system >/dev/null; grep -v "^#" /etc/modules-load.d/lvs.conf 2>/dev/null | xargs -r modprobe -a';

const asks = `
  row 'marked 80' "$(requests client 172.16.1.102 80 4)"
  row 'marked 443' "$(requests client 172.16.1.102 443 4)"
  row 'persistent' "$(requests client 172.16.1.100 80 3)"
  row 'IPv6' "$(requests client 2001:db8:1::100 443 8)"`;

const answers: Readonly<Record<string, string | RegExp>> = {
  'marked 80': /^(web1|web2)=4$/,
  'marked 443': /^(web1|web2)=4$/,
  persistent: /^(web1|far1)=3$/,
  IPv6: /^web1=\d web2=\d$/,
};

const sameTable = ({ rows }: SceneResult): readonly string[] => {
  const found = rows.filter(({ key }) => key === 'table').map(({ value }) => value).sort();
  return JSON.stringify(found) === JSON.stringify(table) ? [] : [`the table is not the one that the init scripts make:\n${found.filter((line) => !table.includes(line)).map((line) => `+ ${line}`).join('\n')}\n${table.filter((line) => !found.includes(line)).map((line) => `- ${line}`).join('\n')}`];
};

const showTable = `while read -r line; do row table "$line"; done < <(net lvs1 ipvsadm -S -n)`;

export const scenes = (): readonly Scene[] => [
  {
    name: 'targets/keepalived',
    files: renderedTrees(spec, '--target', 'keepalived'),
    timeoutSeconds: 300,
    script: `${topology}
      for each in web1 web2 far1; do on $each bash -c '${early}; /etc/init.d/real start' || die "no $each"; done
      for each in lvs1 lvs2; do
        on $each bash -c '${early}; nft -f /etc/nftables/lvs-marks.nft && keepalived -t -f /etc/keepalived/keepalived.conf && keepalived -f /etc/keepalived/keepalived.conf' </dev/null >$LAB/$each/said 2>&1
        row "$each: keepalived" "$? $(one_line <$LAB/$each/said)"
      done
      sleep 12
      ${showTable}
      row 'same table on both' "$(diff <(net lvs1 ipvsadm -S -n) <(net lvs2 ipvsadm -S -n) | one_line)"
      row thresholds "$(net lvs1 ipvsadm -L -n --thresholds | awk '$1 == "->" && $2 == "172.16.1.10:80" { print $3, $4 }')"
      row timeouts "$(net lvs1 ipvsadm -L --timeout)"
      row daemons "$(cat <(net lvs1 ipvsadm -L --daemon) <(net lvs2 ipvsadm -L --daemon) | one_line)"
      row 'VIPs' "$(net lvs1 ip -o addr show eth0 | grep -c -e '172.16.1.10[012]/' -e 1::100) $(net lvs2 ip -o addr show eth0 | grep -c -e '172.16.1.10[012]/' -e 1::100)"
      ${asks}
      net lvs1 ip link set eth0 down
      sleep 5
      row 'VIPs after' "$(net lvs2 ip -o addr show eth0 | grep -c -e '172.16.1.10[012]/' -e 1::100)"
      row 'after it: persistent' "$(requests client 172.16.1.100 80 3)"
      row 'after it: marked' "$(requests client 172.16.1.102 80 4)"
      row 'after it: IPv6' "$(requests client 2001:db8:1::100 443 8)"
      pkill keepalived; sleep 2; true`,
    expect: (result) => [
      ...rowsRead({
        ...answers,
        'lvs1: keepalived': /^0\s*$/,
        'lvs2: keepalived': /^0\s*$/,
        'same table on both': '',
        thresholds: '2000 1500',
        timeouts: 'Timeout (tcp tcpfin udp): 900 120 300',
        daemons: /^master sync daemon .*;backup sync daemon /,
        VIPs: '4 0',
        'VIPs after': '4',
        'after it: IPv6': /^web1=\d web2=\d$/,
      })(result),
      ...sameTable(result),
      ...([['persistent', 'after it: persistent'], ['marked 80', 'after it: marked']] as const).flatMap(([one, other]) => (valueOf(result, one) === valueOf(result, other) ? [] : [`${one}: "${valueOf(result, one)}", but ${other}: "${valueOf(result, other)}"`])),
    ],
  },
  {
    name: 'targets/systemd',
    files: renderedTrees(spec, '--target', 'systemd'),
    script: `${topology}
      # What the units run, in their order.
      for each in web1 web2 far1; do remember $each; on $each bash -c '${early}; /usr/local/sbin/lvs-real-server start' || die "no $each"; done
      for each in lvs1 lvs2; do remember $each; on $each bash -c '${early}; /usr/local/sbin/lvs-director start' || die "no $each"; done
      ${showTable}
      ${asks}
      for each in lvs2 lvs1; do row "$each: stop" "$(on $each /usr/local/sbin/lvs-director stop >/dev/null; on $each /usr/local/sbin/lvs-director status >/dev/null; echo $?)"; done`,
    expect: (result) => [...rowsRead({ ...answers, 'lvs1: stop': '3', 'lvs2: stop': '3' })(result), ...sameTable(result)],
  },
];
