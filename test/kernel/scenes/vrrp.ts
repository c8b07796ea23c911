/** What two real keepaliveds do whose files do not fit together: whether both become master. The rules of vrrp that look at two hosts stand upon it. */
import { join } from 'node:path';
import { filesOf } from '../files.ts';
import { rowsRead, type GuestFile, type Scene } from '../scene.ts';

export const family = 'vrrp';

/** A case of a rule, and how many hosts are master in the end. */
const cases: readonly (readonly [rule: string, name: string, masters: 1 | 2])[] = [
  ['vips-differ', 'bad-one-more', 2], ['vips-differ', 'bad-replaced', 2], ['vips-differ', 'bad-unicast', 2], ['vips-differ', 'good-order', 1], ['vips-differ', 'good-excluded', 1],
  ['advert-differs', 'bad-written', 2], ['advert-differs', 'bad-left-out', 2], ['advert-differs', 'good-version-3', 1], ['advert-differs', 'good-usual', 1], ['advert-differs', 'good-ipv6', 1],
  ['router-id-differs', 'bad-same-servers', 2], ['router-id-differs', 'bad-unicast', 2], ['router-id-differs', 'good-same', 1],
];

const treeOf = (rule: string, name: string): ReadonlyMap<string, GuestFile> => filesOf(join('fixtures', 'rules', 'vrrp', rule, name));

export const scenes = (): readonly Scene[] =>
  cases.map(([rule, name, masters]) => ({
    name: `vrrp/${rule}-${name}`,
    files: treeOf(rule, name),
    script: `
      host lvs1 lvs2
      wire lan lvs1:eth0 lvs2:eth0
      for n in 1 2; do
        address lvs$n eth0 192.168.10.$n/24 2001:db8::$n/64
        on lvs$n bash -c 'keepalived -f /etc/keepalived/keepalived.conf' </dev/null >/dev/null 2>&1
      done
      # Three intervals of the slowest, and a second for the election.
      for try in $(seq 20); do
        sleep 1
        held=$(for n in 1 2; do net lvs$n ip -o addr show dev eth0 | grep -c -e '192.168.10.110/' -e '2001:db8::110/'; done | paste -sd+)
        [ $((held)) -ge ${masters} ] && [ "$try" -ge 8 ] && break
      done
      row masters "$((held))"
      pkill keepalived; sleep 1; true`,
    timeoutSeconds: 60,
    expect: rowsRead({ masters: String(masters) }),
  }));
