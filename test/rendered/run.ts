/**
 * What is rendered, before the programs that it is for: the accepted trees of fixtures/specs go through keepalived, ldirectord, systemd, nft and sysctl, and the network managers bring theirs up for real.
 *   node --import tsx test/rendered/run.ts [--install] [SPEC[/TREE]…]
 * Exit: 0 all as planned · 1 not · 3 the machine lacks something (it says what).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { assembleHost } from '../../src/assemble/host.ts';
import { diskFiles, memoryFiles } from '../../src/base/file-set.ts';
import { isLoopback } from '../../src/base/ip.ts';
import { HostLacks, install } from '../kernel/host-tools.ts';
import { ask, type Daemon } from '../oracle/ask.ts';
import { bringUp, managers, type Manager } from './managers.ts';

const programs: Readonly<Record<string, string>> = {
  '/usr/sbin/keepalived': 'keepalived', '/usr/sbin/ldirectord': 'ldirectord', '/usr/bin/systemd-analyze': 'systemd', '/usr/sbin/nft': 'nftables', '/usr/sbin/sysctl': 'procps', '/usr/bin/dbus-daemon': 'dbus', '/usr/bin/ip': 'iproute2',
  [managers.interfaces.program]: 'ifupdown', [managers.netplan.program]: 'netplan.io', [managers.networkd.program]: 'systemd', [managers.networkmanager.program]: 'network-manager',
};

/** One question about a host's tree: what it is called, and what is wrong (nothing: empty). */
interface Check {
  readonly name: string;
  run(): readonly string[];
}

const listed = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).sort().map((name) => join(folder, name)) : []);

const command = (name: string, words: readonly string[]): readonly string[] => {
  const { status, stdout, stderr } = spawnSync(name, words, { encoding: 'utf8', timeout: 30_000 });
  const said = `${stderr}${status === 0 ? '' : stdout}`.split('\n').filter((line) => line.trim() !== '');
  return status === 0 ? said : [...said, `${name} ${words.join(' ')}: exit ${status}`];
};

const daemonCheck = (daemon: Daemon, folder: string, devices: readonly string[]): Check => ({
  name: daemon,
  run: () => {
    const [answer] = ask([{ daemon, folder, devices }]);
    const { exit, said } = answer!;
    const words = said.map(({ line, text }) => `${line === undefined ? '' : `line ${line}: `}${text}`);
    // ldirectord tells that it does not run by 3, as the LSB has it.
    return exit === 0 || (daemon === 'ldirectord' && exit === 3) ? words.filter((text) => /line \d+|[Ee]rror|[Uu]nknown|[Ww]arning/.test(text)) : [...words, `exit ${exit}`];
  },
});

// Units name programs by their places: those stand there for the time of the question, in a mount namespace.
const unitCheck = (root: string, units: readonly string[]): Check => ({
  name: 'systemd-analyze verify',
  run: () => {
    const script = `set -e\nmount -t tmpfs tmpfs /usr/local\nmkdir -p /usr/local/sbin\ncp -r ${JSON.stringify(join(root, 'usr/local/sbin'))}/. /usr/local/sbin 2>/dev/null || true\nchmod -R a+rx /usr/local/sbin\nexec systemd-analyze verify --recursive-errors=no ${units.map((unit) => JSON.stringify(unit)).join(' ')}`;
    return command('unshare', ['--mount', 'bash', '-c', script]);
  },
});

/** What our own readers say that a network manager brings: its files alone, without scripts and daemons. */
const networkCheck = (manager: Manager, root: string): Check => ({
  name: manager,
  run: () => {
    const { folder } = managers[manager];
    const files = listed(join(root, 'etc', folder));
    const host = assembleHost('host', memoryFiles('host', new Map(files.map((path) => [relative(root, path), readFileSync(path, 'utf8')])))).host;
    const written = host.addresses.filter(({ ip }) => !isLoopback(ip));
    const hops = host.routes.filter(({ to, via }) => to === 'default' && via);
    const brought = bringUp(manager, resolve(root, 'etc', folder), [...host.devices.keys()]);
    const expected = [...new Set(written.map(({ ip, prefix, device }) => `${ip.text}/${prefix} ${device}`))].sort();
    const gateways = [...new Set(hops.map(({ via }) => via!.text))].sort();
    return [
      ...brought.said,
      ...(expected.join() === brought.addresses.join() ? [] : [`addresses: found ${brought.addresses.join(', ') || 'none'}, expected ${expected.join(', ')}`]),
      ...(gateways.join() === brought.gateways.join() ? [] : [`default routes: found ${brought.gateways.join(', ') || 'none'}, expected ${gateways.join(', ') || 'none'}`]),
    ];
  },
});

const checksOf = (root: string): readonly Check[] => {
  const at = (path: string): string => resolve(root, path);
  const devices = [...assembleHost('host', diskFiles(root)).host.devices.keys()].filter((device) => device !== 'lo');
  const units = listed(at('etc/systemd/system')).filter((path) => path.endsWith('.service'));
  return [
    ...(existsSync(at('etc/keepalived')) ? [daemonCheck('keepalived', at('etc/keepalived'), devices)] : []),
    ...(existsSync(at('etc/ha.d')) ? [daemonCheck('ldirectord', at('etc/ha.d'), devices)] : []),
    ...(units.length > 0 ? [unitCheck(at('.'), units)] : []),
    ...listed(at('etc/nftables')).map((path): Check => ({ name: 'nft -c', run: () => command('unshare', ['--net', 'nft', '-c', '-f', path]) })),
    ...listed(at('etc/sysctl.d')).map((path): Check => ({ name: 'sysctl --dry-run', run: () => command('sysctl', ['-e', '--dry-run', '-p', path]) })),
    ...(Object.keys(managers) as readonly Manager[]).filter((manager) => existsSync(at(join('etc', managers[manager].folder)))).map((manager) => networkCheck(manager, at('.'))),
  ];
};

const main = (): number => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { install: { type: 'boolean' } } });
  const missing = (): readonly string[] => [...new Set(Object.entries(programs).filter(([path]) => !existsSync(path)).map(([, name]) => name))];
  if (missing().length > 0 && (values.install === true || process.env['CI'] === 'true')) install(missing());
  const lacking = missing();
  if (lacking.length > 0) throw new HostLacks(`missing here: ${lacking.join(' ')}\n  apt-get update && apt-get install -y --no-install-recommends ${lacking.join(' ')}\nor let this program do it: npm run test:rendered -- --install`);
  let passed = 0;
  let failed = 0;
  for (const spec of listed('fixtures/specs').filter((path) => existsSync(join(path, 'spec.json')))) {
    for (const tree of listed(spec).filter((path) => !path.endsWith('.json'))) {
      const shown = tree.slice('fixtures/specs/'.length);
      if (positionals.length > 0 && !positionals.some((name) => shown === name || shown.startsWith(`${name}/`))) continue;
      for (const root of listed(tree)) {
        for (const check of checksOf(root)) {
          const wrong = check.run();
          if (wrong.length === 0) passed++;
          else failed++;
          if (wrong.length > 0) console.log([`FAIL ${root}: ${check.name}`, ...wrong].join('\n  '));
        }
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
};

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof HostLacks)) throw error;
  console.error(`test:rendered cannot run here: ${error.message}`);
  process.exitCode = 3;
}
