import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { renderPlan } from '../render/render.ts';
import { rpmSources, type RpmSource } from '../render/rpm.ts';
import { epochOf, exit, refuseUnknownHosts, text, texts, UsageError, type Io, type Values } from './command.ts';
import { showFault } from './show-fault.ts';
import { readSpecFile } from './spec-file.ts';


/** `lvs-gen rpm`. */
export async function run(operands: readonly string[], values: Values, io: Io): Promise<number> {
  const release = text(values, 'release') ?? '1';
  if (!/^[0-9][A-Za-z0-9.]*$/.test(release)) throw new UsageError(`--release takes a number that may be followed by letters, digits and dots; found '${release}'`);
  const epoch = epochOf(io);
  const read = await readSpecFile(operands[0] ?? 'lvs-gen.json', undefined, io);
  if (!read) return exit.usage;
  const { plan, located } = read;
  const hosts = texts(values, 'host');
  refuseUnknownHosts(hosts, plan.hosts.map(({ name }) => name));
  const files = renderPlan(plan, { version: io.version });
  const faults = (await import('./engine.ts')).faultsOf(plan, files);
  for (const fault of faults) io.err(showFault(fault, files, located));
  if (faults.length > 0) return exit.findings;
  const packs = rpmSources(plan, { version: io.version, release, epoch, per: (text(values, 'per') ?? 'host') as 'host' | 'role', hosts });
  if ('differs' in packs) throw new UsageError(`--per role: the files of ${packs.differs[0]} and ${packs.differs[1]} are not the same; --per host packs each`);
  return build(packs, resolve(io.cwd, text(values, 'out') ?? 'rpm'), text(values, 'out') ?? 'rpm', epoch, io);
}

function build(packs: readonly RpmSource[], out: string, shown: string, epoch: number, io: Io): number {
  const hasRpmbuild = spawnSync('rpmbuild', ['--version'], { stdio: 'ignore' }).status === 0;
  try {
    mkdirSync(out, { recursive: true });
    for (const pack of packs) {
      if (!hasRpmbuild) {
        writeSources(pack, join(out, pack.name));
        io.out(`${shown}/${pack.name}/${pack.name}.spec\n`);
        continue;
      }
      const top = mkdtempSync(join(tmpdir(), 'lvs-gen-rpm-'));
      try {
        writeSources(pack, join(top, 'SOURCES'));
        const problem = rpmbuild(top, pack, epoch, io);
        if (problem !== undefined) {
          const refused = /\(%check\)/.test(problem);
          io.err(`${problem}\nlvs-gen: ${refused ? `lint refuses ${pack.name}` : `rpmbuild failed for ${pack.name}`}\n`);
          return refused ? exit.findings : exit.unreadable;
        }
        copyFileSync(join(top, 'RPMS/noarch', readdirSync(join(top, 'RPMS/noarch'))[0]!), join(out, pack.file));
        io.out(`${shown}/${pack.file}\n`);
      } finally {
        rmSync(top, { recursive: true, force: true });
      }
    }
  } catch (error) {
    io.err(`lvs-gen: ${(error as Error).message}\n`);
    return exit.unreadable;
  }
  if (!hasRpmbuild) io.err('lvs-gen: rpmbuild is not installed (package rpm-build, or rpm): wrote the spec files and their sources; build each with: rpmbuild -bb --define "_sourcedir $PWD/NAME" NAME/NAME.spec\n');
  return exit.clean;
}

function writeSources({ name, specFile, sources }: RpmSource, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.spec`), specFile);
  for (const source of sources) writeFileSync(join(folder, source.name), source.text, { mode: source.mode });
}

/** What rpmbuild says when it fails. */
function rpmbuild(top: string, { name }: RpmSource, epoch: number, io: Io): string | undefined {
  const { status, stdout, stderr, error } = spawnSync('rpmbuild', ['-bb', '--quiet', '--define', `_topdir ${top}`, '--define', `_sourcedir ${join(top, 'SOURCES')}`, join(top, 'SOURCES', `${name}.spec`)], {
    encoding: 'utf8',
    // Without the user's own macros: they would change what comes out.
    env: { ...io.env, HOME: top, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: 'C' },
  });
  return status === 0 ? undefined : `${stdout}${stderr}${error?.message ?? ''}`.trim();
}
