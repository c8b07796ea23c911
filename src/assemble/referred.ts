import { findFiles, type FileSet } from '../base/file-set.ts';
import { sourceText } from '../base/text.ts';
import { readUnit } from '../parse/systemd/read.ts';
import { bootCommands } from '../parse/systemd/units.ts';
import { allIncluded } from '../parse/nftables/includes.ts';
import { nftablesConf } from '../parse/nftables/apply.ts';
import { crontabs } from './crontabs.ts';
import { unitGlobs } from './unit-globs.ts';

const locals = ['etc/rc.local', 'etc/rc.d/rc.local', 'etc/init.d/boot.local', 'etc/init.d/after.local', 'etc/local.d/*.start'];
const maxReferred = 100;

/** Scripts outside the places of init systems that a unit, a cron table or rc.local runs at boot, where the tree holds them: called without an argument, or with `start`. */
export function referredScripts(files: FileSet): readonly string[] {
  const found = new Set<string>();
  for (const command of [...unitLines(files), ...rebootLines(files), ...localLines(files)]) {
    const path = scriptIn(command, files);
    if (path !== undefined && found.size < maxReferred) found.add(path);
  }
  return [...found];
}

/** Files that a unit loads with nft(8) at boot, and those that they and the distribution's own file include. */
export function nftFiles(files: FileSet): readonly string[] {
  const own = nftablesConf.filter((path) => files.read(path).state === 'text').slice(0, 1);
  const loaded = [...new Set(unitLines(files).flatMap((line) => [...line.matchAll(/\bnft\s+(?:-\w+\s+)*-\w*f\s+\/([\w./-]+)/g)].map((found) => found[1]!)))].filter((path) => files.read(path).state !== 'absent' && !nftablesConf.includes(path));
  return [...new Set([...loaded, ...allIncluded(files, [...own, ...loaded])])];
}

function unitLines(files: FileSet): readonly string[] {
  const parsed = findFiles(files, unitGlobs).flatMap((path) => {
    const read = files.read(path);
    const source = read.state === 'text' ? sourceText('', path, read.text) : undefined;
    return source ? [{ source, statements: readUnit(source) }] : [];
  });
  return bootCommands(parsed, files).map(({ text }) => text);
}

function rebootLines(files: FileSet): readonly string[] {
  return findFiles(files, crontabs).flatMap((path) => {
    const read = files.read(path);
    return read.state === 'text' ? [...read.text.matchAll(/^[ \t]*@reboot[ \t]+(.*)$/gm)].map((line) => line[1]!) : [];
  });
}

/** Lines of rc.local and its like that are no comments. */
function localLines(files: FileSet): readonly string[] {
  return findFiles(files, locals).flatMap((path) => {
    const read = files.read(path);
    return read.state === 'text' ? read.text.split('\n').filter((line) => !/^\s*#/.test(line)) : [];
  });
}

/** The first word that is a shell script of the tree. */
function scriptIn(command: string, files: FileSet): string | undefined {
  const words = command.split(/[\s'"]+/);
  for (const [index, word] of words.entries()) {
    if (!/^\/[\w./-]+$/.test(word)) continue;
    const read = files.read(word.slice(1));
    if (read.state !== 'text' || (!/^#!.*\b(?:ba|da|k|z)?sh\b/.test(read.text) && !word.endsWith('.sh'))) continue;
    const argument = words[index + 1];
    return argument === undefined || argument === '' || /^(?:start|up|[;&|>].*|\d>.*)$/.test(argument) ? word.slice(1) : undefined;
  }
  return undefined;
}
