import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareText } from '../base/origin.ts';
import { clusterSpec, makeFleet } from './bench-fleet.ts';
import { isInstalled, type Row } from './bench-measure.ts';

const program = resolve('dist/lvs-gen.cjs');
/** What every row is a multiple of where nothing else is named. */
export const bare: Row = { name: 'node -e 0', command: process.execPath, args: ['-e', '0'] };

function ours(name: string, args: readonly string[], against?: string): Row {
  return { name, command: process.execPath, args: [program, ...args], ...(against !== undefined && { against }) };
}

const anew = ['--no-cache', '--no-shellcheck', '--fail-on', 'never', '--quiet'];

/** A group of rows that run interleaved, and what was left out of it. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly missing: readonly string[];
  readonly rounds: number;
}

/** One command each: what a user waits for. `work` keeps what they write. */
export function singleRows(work: string, rounds: number): Group {
  const specs = readdirSync('fixtures/specs').filter((name) => existsSync(join('fixtures/specs', name, 'out'))).sort(compareText);
  const sample = resolve('fixtures/specs/dr/out');
  const host = join(sample, readdirSync(sample).sort(compareText)[0]!);
  const rows = [
    bare,
    ours('lvs-gen --version', ['--version']),
    ...specs.map((name) => ours(`render ${name}`, ['render', resolve('fixtures/specs', name, 'spec.json'), '--out', join(work, name)])),
    ours('lint one host', ['lint', '--no-shellcheck', '--fail-on', 'never', host]),
    ours('lint one host, with ShellCheck', ['lint', '--fail-on', 'never', host]),
    ...specs.map((name) => ours(`render ${name}, nothing remembered`, ['render', '--no-cache', resolve('fixtures/specs', name, 'spec.json'), '--out', join(work, name)])),
    ours('lint one host, nothing remembered', ['lint', ...anew, host]),
  ];
  return { title: 'one command', rows, missing: [], rounds };
}

/** Files of one format in a batch. */
const batch = 100;
/** As many of those whose own program takes a quarter of a second each. */
const slow = 10;

/** One file, nothing remembered, beside the program that checks such files; then a batch of them, where each program is started as often as it must be. */
export function fileRows(work: string, rounds: number): readonly Group[] {
  const keepalived = join(work, 'keepalived.conf');
  writeFileSync(keepalived, keepalivedConf());
  const ldirectord = join(work, 'ldirectord.cf');
  writeFileSync(ldirectord, 'checktimeout=3\ncheckinterval=5\nquiescent=no\n\nvirtual=172.16.1.100:80\n\treal=172.16.1.10:80 gate 1\n\treal=172.16.1.20:80 gate 1\n\tscheduler=wlc\n\tprotocol=tcp\n\tchecktype=connect\n');
  const script = resolve('fixtures/kinds/shell/tutorial-real-lo0.sh');
  const missing: string[] = [];
  const peer = (name: string, row: Row, program: string = row.command): readonly Row[] => {
    if (isInstalled(program)) return [row];
    missing.push(name);
    return [];
  };
  const rows = [
    bare,
    ours('lint keepalived.conf', ['lint', ...anew, keepalived]),
    ...peer('keepalived', { name: 'keepalived -t', command: 'keepalived', args: ['-t', '-f', keepalived], exits: [0, 1, 3, 4, 5] }),
    ours('lint ldirectord.cf', ['lint', ...anew, ldirectord]),
    ...peer('ldirectord', { name: 'ldirectord F status', command: 'ldirectord', args: [ldirectord, 'status'], exits: [0, 1, 2, 3] }),
    ours('lint a script', ['lint', ...anew, script]),
    ...peer('shellcheck', { name: 'shellcheck (native) on it', command: 'shellcheck', args: ['-f', 'gcc', script], exits: [0, 1] }),
  ];
  const copies = (file: string, name: (index: number) => string, count = batch): string => {
    const folder = join(work, `batch-${name(0)}`);
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < count; index++) copyFileSync(file, join(folder, name(index)));
    return folder;
  };
  const folders = { keepalived: copies(keepalived, (index) => `${index}-keepalived.conf`), ldirectord: copies(ldirectord, (index) => `${index}-ldirectord.cf`, slow), script: copies(script, (index) => `${index}.sh`) };
  const each = (folder: string, command: string): Row['args'] => ['-c', `for file in '${folder}'/*; do ${command}; done >/dev/null 2>&1; exit 0`];
  const batches = [
    ours(`lint ${batch} keepalived.conf`, ['lint', ...anew, folders.keepalived]),
    ...peer('keepalived', { name: `keepalived -t, ${batch} times`, command: 'sh', args: each(folders.keepalived, 'keepalived -t -f "$file"') }, 'keepalived'),
    ours(`lint ${slow} ldirectord.cf`, ['lint', ...anew, folders.ldirectord]),
    ...peer('ldirectord', { name: `ldirectord F status, ${slow} times`, command: 'sh', args: each(folders.ldirectord, 'ldirectord "$file" status') }, 'ldirectord'),
    ours(`lint ${batch} scripts`, ['lint', ...anew, folders.script]),
    ...peer('shellcheck', { name: `shellcheck (native), ${batch} scripts`, command: 'sh', args: ['-c', `shellcheck -f gcc '${folders.script}'/* >/dev/null; exit 0`] }, 'shellcheck'),
  ];
  return [
    { title: 'one file, nothing remembered', rows, missing: [...new Set(missing)], rounds },
    { title: `${batch} files of one format (${slow} of ldirectord), nothing remembered`, rows: batches, missing: [], rounds: Math.max(1, Math.round(rounds / 8)) },
  ];
}

function keepalivedConf(): string {
  const real = [10, 20].map((host) => `  real_server 172.16.1.${host} 80 {\n    weight 2\n    TCP_CHECK {\n      connect_timeout 3\n    }\n  }\n`).join('');
  return `global_defs {\n  router_id lvs1\n}\nvrrp_instance VI_1 {\n  state MASTER\n  interface lo\n  virtual_router_id 51\n  priority 150\n  advert_int 1\n  virtual_ipaddress {\n    172.16.1.100/32\n  }\n}\nvirtual_server 172.16.1.100 80 {\n  delay_loop 6\n  lb_algo wlc\n  lb_kind DR\n  protocol TCP\n${real}}\n`;
}

/** Fleets of hosts of 40 files, beside what only reads them (`find | xargs cat`: the disk's floor) and what only searches them. */
export function fleetRows(work: string, counts: readonly number[], rounds: number): readonly Group[] {
  return counts.map((count): Group => {
    const folder = makeFleet(join(work, `fleet-${count}`), count);
    const floor = `find | xargs cat, ${count} hosts`;
    return {
      title: `a fleet of ${count} hosts of 40 files, warm`,
      rounds,
      missing: [],
      rows: [
        { name: floor, command: 'sh', args: ['-c', `find '${folder}' -type f -print0 | xargs -0 cat >/dev/null`] },
        { name: `grep -rE, ${count} hosts`, command: 'sh', args: ['-c', `grep -rE 'ipvsadm|arp_(ignore|announce)' '${folder}' >/dev/null`], against: floor },
        ours(`lint ${count} hosts`, ['lint', ...anew, folder], floor),
        ours(`facts ${count} hosts`, ['facts', folder], floor),
      ],
    };
  });
}

/** 1000 real servers written out, beside a program of a few lines around the same template engine, and beside ansible. */
export function renderRows(work: string, rounds: number): readonly Group[] {
  const spec = join(work, 'spec-1000.json');
  writeFileSync(spec, clusterSpec(0, 1001));
  const peer = join(work, 'bare-handlebars.cjs');
  writeFileSync(peer, bareHandlebars(join(work, 'bare-out')));
  const bareName = 'handlebars, one template';
  const one: Group = {
    title: '1000 real servers rendered',
    rounds,
    missing: isInstalled('ansible-playbook') ? [] : ['ansible'],
    rows: [
      { name: bareName, command: process.execPath, args: [peer] },
      ours('render, nothing remembered', ['render', '--no-cache', spec, '--out', join(work, 'anew')], bareName),
      ours('render, remembered', ['render', spec, '--out', join(work, 'again')], bareName),
    ],
  };
  if (!isInstalled('ansible-playbook')) return [one];
  const some = 20;
  const playbook = join(work, 'playbook.yml');
  writeFileSync(join(work, 'real.j2'), '#!/bin/sh\n# {{ item }}\nip addr add 10.0.7.209/32 dev lo\n');
  mkdirSync(join(work, 'ansible-out'), { recursive: true });
  writeFileSync(playbook, `- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n    - template: { src: ${work}/real.j2, dest: "${work}/ansible-out/{{ item }}", mode: "0755" }\n      loop: "{{ range(${some}) | list }}"\n`);
  return [one, { title: `ansible's template module, ${some} files of one task`, rounds: 1, missing: [], rows: [{ name: `ansible, ${some} files`, command: 'ansible-playbook', args: ['-i', 'localhost,', playbook] }] }];
}

function bareHandlebars(out: string): string {
  return `const Handlebars = require(${JSON.stringify(resolve('node_modules/handlebars'))});
const { mkdirSync, writeFileSync } = require('node:fs');
const script = Handlebars.compile('#!/bin/sh\\n# {{name}}\\n{{#each vips}}ip addr add {{this}}/32 dev lo\\n{{/each}}{{#each settings}}sysctl -w {{@key}}={{this}}\\n{{/each}}', { noEscape: true });
for (let host = 1; host <= 1000; host++) {
  const folder = ${JSON.stringify(out)} + '/web' + host + '/etc/init.d';
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/real', script({ name: 'web' + host, vips: ['10.0.7.209'], settings: { 'net.ipv4.conf.all.arp_ignore': 1, 'net.ipv4.conf.all.arp_announce': 2 } }), { mode: 0o755 });
}
`;
}
