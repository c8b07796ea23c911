import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { FileSet } from '../src/base/file-set.ts';
import { mend } from '../src/commands/fixes.ts';
import type { LookWith } from '../src/commands/look.ts';
import { casesOf, lookWithCase, type Case } from '../src/dev/cases.ts';

/** Scripts with random faults, each mended: nothing throws or takes long, mending twice is mending once, and what bash could read it can read still. */
const count = Number(process.env['FIX_FUZZ'] ?? 150);
const seed = Number(process.env['FIX_FUZZ_SEED'] ?? process.env['SHELL_SEED'] ?? 20261122);
const mostCpuSeconds = 1;

const tokens = ['"', "'", '`', '$', '$(', '${', '}', '(', ')', '{', ';', ';;', '\\\n', '\n', '|', '||', '&&', '>', '2>&1', '<<EOF\n', '#', 'fi', 'done', 'esac', 'if', '\t', '\r', '\u00a0', '-C', 'read -p "VIP: " VIP\n', 'ipvsadm -C\n', 'ifconfig lo down\n', 'VIP=\n'];

function dice(start: number): (below: number) => number {
  let state = start >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutated(text: string, roll: (below: number) => number): string {
  let now = text;
  for (let left = 1 + roll(4); left > 0; left--) {
    const lines = now.split('\n');
    const [one, other, at] = [roll(lines.length), roll(lines.length), roll(now.length + 1)];
    switch (roll(6)) {
      case 0:
        now = lines.toSpliced(one, 1).join('\n');
        break;
      case 1:
        now = lines.toSpliced(other, 0, lines[one]!).join('\n');
        break;
      case 2:
        now = lines.with(one, lines[other]!).with(other, lines[one]!).join('\n');
        break;
      case 3:
        now = now.slice(0, at) + now.slice(at + 1);
        break;
      case 4:
        now = now.slice(0, at) + tokens[roll(tokens.length)] + now.slice(at);
        break;
      default:
        now = roll(8) === 0 ? now.slice(0, at) : lines.with(one, lines[one]!.replace(/["']/g, '')).join('\n');
    }
  }
  return now;
}

const parses = (text: string): boolean => spawnSync('bash', ['-n'], { input: text }).status === 0;

function withTexts(look: LookWith, texts: ReadonlyMap<string, string>): LookWith {
  const laid = (files: FileSet): FileSet => ({
    ...files,
    read(path) {
      const read = files.read(path);
      const text = read.state === 'text' ? texts.get(read.path) : undefined;
      return read.state === 'text' && text !== undefined ? { ...read, text } : read;
    },
  });
  return (replace) =>
    look((input) => {
      const own = { ...input, files: laid(input.files) };
      return replace ? replace(own) : own;
    });
}

test(`${count} scripts with random faults, mended (FIX_FUZZ_SEED=${seed})`, async () => {
  const cases: readonly Case[] = casesOf().filter((one) => one.rule.startsWith('script/') && !one.name.startsWith('fixed-'));
  const faults: string[] = [];
  for (let index = 0; index < count; index++) {
    const roll = dice(seed + index * 7919);
    const one = cases[roll(cases.length)]!;
    const plain = await lookWithCase(one);
    const first = plain();
    const scripts = first.sources.filter(({ text }) => text.includes('\n'));
    if (scripts.length === 0) continue;
    const source = scripts[roll(scripts.length)]!;
    const text = mutated(source.text, roll);
    const name = `FIX_FUZZ_SEED=${seed + index * 7919} FIX_FUZZ=1 (${one.rule} ${one.name})`;
    const begin = process.cpuUsage();
    try {
      const look = withTexts(plain, new Map([[source.file, text]]));
      const { changed } = mend(look(), look, { unsafe: true });
      const cpu = process.cpuUsage(begin);
      if ((cpu.user + cpu.system) / 1e6 > mostCpuSeconds) faults.push(`${name}: took ${(cpu.user + cpu.system) / 1e6} s`);
      if (changed.length === 0) continue;
      const after = new Map([[source.file, text], ...changed.map((file) => [file.before.file, file.after] as const)]);
      const again = withTexts(plain, after);
      if (mend(again(), again, { unsafe: true }).changed.length > 0) faults.push(`${name}: mending again changes it again`);
      for (const file of changed) if (file.before.file === source.file && !parses(file.after) && parses(text)) faults.push(`${name}: bash reads it no more`);
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  assert.is(faults.length, 0, faults.slice(0, 20).join('\n'));
});

test.run();
