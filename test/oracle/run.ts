/**
 * What the daemons themselves say: of the cases of the rules (`fixtures/rules/FAMILY/NAME/oracle.txt`), and of a corpus with its mutations, beside what lint says.
 *   node --import tsx test/oracle/run.ts [--install] [--accept] [--records | --mutations] [RULE...]
 * ORACLE_FILES: how many files of the corpus (all); ORACLE_MUTATIONS: how many mutated files of each daemon (2000); ORACLE_SEED: which ones.
 * Exit: 0 all as recorded · 1 not · 2 wrong use · 3 the machine lacks something (it says what).
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { rules } from '../../rules/index.ts';
import { HostLacks, install } from '../kernel/host-tools.ts';
import { type Daemon, versionOf } from './ask.ts';
import { compareAll } from './compare.ts';
import { askedOf } from './digest.ts';
import { comparePrograms } from './programs.ts';
import { recordOf } from './record.ts';

const needed: Readonly<Record<Daemon, string>> = { keepalived: 'keepalived', ldirectord: 'ldirectord' };

const daemonsHere = (installs: boolean): Readonly<Record<Daemon, string>> => {
  const find = (): Partial<Record<Daemon, string>> => ({ keepalived: versionOf('keepalived'), ldirectord: versionOf('ldirectord') }) as Partial<Record<Daemon, string>>;
  let found = find();
  const missing = (Object.keys(needed) as Daemon[]).filter((daemon) => found[daemon] === undefined);
  if (missing.length > 0 && installs) {
    install([...missing.map((daemon) => needed[daemon]), 'iproute2', 'util-linux', 'ipvsadm']);
    found = find();
  }
  const lacking = (Object.keys(needed) as Daemon[]).filter((daemon) => found[daemon] === undefined);
  if (lacking.length > 0) throw new HostLacks(`missing here: ${lacking.join(' ')}\n  apt-get update && apt-get install -y --no-install-recommends ${lacking.join(' ')}\nor let this program do it: npm run test:oracle -- --install`);
  return found as Record<Daemon, string>;
};

const main = (): Promise<number> | number => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { install: { type: 'boolean' }, accept: { type: 'boolean' }, records: { type: 'boolean' }, mutations: { type: 'boolean' } } });
  const versions = daemonsHere(values.install === true || process.env['CI'] === 'true');
  const wanted = rules.map(({ id }) => id).filter((id) => askedOf(id).length > 0 && (positionals.length === 0 || positionals.some((name) => id === name || id.startsWith(`${name}/`))));
  if (positionals.length > 0 && wanted.length === 0) {
    console.error(`no case of ${positionals.join(', ')} holds a file of a daemon`);
    return 2;
  }
  let passed = 0;
  let failed = 0;
  for (const id of values.mutations === true ? [] : wanted) {
    const page = `fixtures/rules/${id}/oracle.txt`;
    const text = recordOf(id, versions);
    const known = existsSync(page) ? readFileSync(page, 'utf8') : '';
    // Another version speaks otherwise: what is recorded is that of one version, and only its own can void it.
    const other = [...known.matchAll(/^(keepalived|ldirectord) (\S+)$/gm)].find((match) => versions[match[1] as Daemon] !== match[2]);
    if (values.accept === true) writeFileSync(page, text);
    else if (other) console.log(`skip ${id}: recorded with ${other[1]} ${other[2]}, here is ${versions[other[1] as Daemon]}`);
    else if (text !== known) {
      failed++;
      console.log(`FAIL ${id}: ${known === '' ? 'oracle.txt is absent' : 'the daemons say something else than oracle.txt'}: npm run test:oracle -- --accept ${id}`);
      continue;
    }
    passed++;
  }
  if (values.records !== true && (values.mutations === true || positionals.length === 0) && values.accept !== true) {
    const [files, mutations, seed] = [Number(process.env['ORACLE_FILES'] ?? Infinity), Number(process.env['ORACLE_MUTATIONS'] ?? 2000), Number(process.env['ORACLE_SEED'] ?? 20261123)];
    // The programs of the other formats are many: each is asked about fewer files.
    for (const told of [compareAll({ files, mutations, seed }), comparePrograms({ files: files / 4, mutations: Math.ceil(mutations / 8), seed, installs: values.install === true || process.env['CI'] === 'true' })]) {
      passed += told.agreed;
      failed += told.wrong.length;
      for (const line of told.wrong) console.log(line);
      for (const line of told.notes) console.log(line);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof HostLacks) {
    console.error(`test:oracle cannot run here: ${error.message}`);
    process.exitCode = 3;
  } else if (error instanceof TypeError && 'code' in error) {
    console.error(error.message);
    process.exitCode = 2;
  } else throw error;
}
