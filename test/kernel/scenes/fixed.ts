/**
 * The two scripts of a tutorial, full of faults, as `--fix-unsafe` leaves them: with addresses filled in, as their user would, they are asked what the rendered scripts are asked.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixedTrees } from '../fixed.ts';
import { clusters, rowsMatch } from './rendered.ts';
import type { GuestFile, Scene } from '../scene.ts';

const corpus = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'kinds', 'shell');
const dr = clusters.find(({ name }) => name === 'dr')!;

/** What a user writes into the mended files. */
const filled = (): ReadonlyMap<string, GuestFile> => {
  const text = (name: string): string => readFileSync(join(corpus, name), 'utf8');
  const real = text('seed-real.sh');
  const mended = fixedTrees(new Map([['lvs1/etc/init.d/ipvs', text('seed-ipvs.sh')], ['web1/etc/init.d/real', real], ['web2/etc/init.d/real', real]]));
  const ipvs = mended.get('lvs1/etc/init.d/ipvs')!;
  const values: Readonly<Record<string, string>> = { VIP: dr.vip, RIP1: '172.16.1.10', RIP2: '172.16.1.20' };
  const content = String(ipvs.content).replace(/^(\w+)=$/gm, (line, name: string) => (values[name] === undefined ? line : `${name}=${values[name]}`));
  const settings = { content: `VIP=${dr.vip}\n` };
  return new Map([...mended, ['lvs1/etc/init.d/ipvs', { ...ipvs, content }], ['web1/etc/sysconfig/real', settings], ['web2/etc/sysconfig/real', settings]]);
};

const scene = (): Scene => ({
  name: 'fixed/tutorial',
  files: filled(),
  script: `${dr.topology}
    for each in lvs1 web1 web2; do mkdir -p "$LAB/$each/root/var/lock/subsys"; done
    row 'requests before' "$(requests client ${dr.vip} 80 2)"
    starts web1 web2 lvs1
    # It still asks for the VIP, slower and slower, for the sake of the requests before.
    forget router
    row 'requests' "$(requests client ${dr.vip} 80 6)"
    row 'who has the VIP' "$(who_has router eth1 ${dr.vip})"
    starts_again web1 lvs1
    for each in web1 lvs1; do row "$each: restart, force-reload, status" "$(codes $each restart force-reload status)"; done
    row 'requests' "$(requests client ${dr.vip} 80 6)"
    stops lvs1 web2 web1
    for each in web1 lvs1; do row "$each: nonsense, status when stopped" "$(codes $each nonsense status)"; done
    row 'requests after' "$(requests client ${dr.vip} 80 2)"`,
  expect: rowsMatch([
    [/^requests (before|after)$/, /^fail=2$/],
    [/: status, start, status$/, /^3 0 0$/],
    [/^requests$/, /^web1=3 web2=3$/],
    [/^who has/, /^lvs1=1$/],
    [/: start again$/, /^0$/],
    [/ changed$/, /^$/],
    [/: restart, force-reload, status$/, /^0 0 0$/],
    [/: stop, status, stop$/, /^0 3 0$/],
    [/ left$/, /^$/],
    [/ when stopped$/, /^2 3$/],
  ]),
});

export const family = 'fixed';

/** Asked for only when wanted: mending takes a second. */
export const scenes = (): readonly Scene[] => [scene()];
