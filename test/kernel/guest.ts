/**
 * Boots the guest (QEMU without acceleration, so that it runs everywhere) and runs scenes in it, one after the other, in one boot:
 * booting costs seconds, a scene's namespaces cost tenths. Results stream back over the second serial port.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { cacheFolder, type Guest, prepareGuest } from './build.ts';
import { archive, directory, file, foldersOf, link, type Member } from './cpio.ts';
import { type GuestFile, rowsOf, type Scene, type SceneResult } from './scene.ts';

/** What a boot tells while it runs. */
export interface Listener {
  readonly booted?: (kernel: string, milliseconds: number) => void;
  readonly finished?: (scene: Scene, result: SceneResult) => void;
}

/** How long a scene may take by the guest's clock. */
export const defaultSeconds = 60;

/** A boot takes 5 seconds of this machine's time when it is idle. */
const bootSeconds = 300;

/** A second of the guest's clock costs up to ten of ours while it is at work, and nothing while it waits. */
const slowness = 12;

const pages = (folder: string, files: ReadonlyMap<string, GuestFile>): readonly Member[] =>
  [...files].map(([path, { content, mode }]) => file(`${folder}/${path}`, content, mode ?? (content.toString().startsWith('#!') ? 0o755 : 0o644)));

const library = (): readonly Member[] => {
  const folder = join(import.meta.dirname, 'lib');
  return readdirSync(folder).map((name) => file(name === 'init' ? 'init' : `usr/lib/lab/${name}`, readFileSync(join(folder, name)), 0o755));
};

const payload = (scenes: readonly Scene[]): Buffer => {
  const members = scenes.flatMap((scene, index) => {
    const folder = `scenes/${String(index).padStart(4, '0')}`;
    return [
      file(`${folder}/script`, scene.script),
      file(`${folder}/seconds`, `${scene.timeoutSeconds ?? defaultSeconds}\n`),
      ...pages(`${folder}/files`, scene.files ?? new Map()),
    ];
  });
  const all = [...library(), ...members];
  const folders = [...foldersOf(all.map(({ name }) => name))].filter((name) => !['usr', 'usr/lib'].includes(name));
  return archive([...folders.map(directory), ...all, link('var/run', '/run')]);
};

const qemu = (guest: Guest, initrd: string, log: string): readonly string[] => [
  '-machine',
  'q35',
  '-accel',
  'tcg,thread=single,tb-size=256',
  // The guest's clock counts instructions, and jumps when nothing is to be done: a wait costs no time, and no timeout
  // strikes because this machine is busy.
  '-icount',
  'shift=1,sleep=off',
  '-rtc',
  'clock=vm',
  '-cpu',
  'qemu64,+rdrand',
  '-m',
  '768',
  '-nodefaults',
  '-no-user-config',
  '-nic',
  'none',
  '-display',
  'none',
  '-no-reboot',
  '-serial',
  `file:${log}`,
  '-serial',
  'stdio',
  '-kernel',
  guest.kernel,
  '-initrd',
  initrd,
  // norandmaps: code at the same address in every process is translated once.
  '-append',
  'console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on tsc=reliable init_on_alloc=0 lsm= audit=0 norandmaps',
];

const lost = (why: string): SceneResult => ({ exitCode: -1, output: why, rows: [], milliseconds: 0 });

/** Runs `scenes` in one boot, in order; the results are in the same order. `log` takes the kernel's messages. */
export const runScenes = async (guest: Guest, scenes: readonly Scene[], log: string, listener: Listener = {}): Promise<readonly SceneResult[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'lvs-gen-guest-'));
  const initrd = join(folder, 'initrd');
  const results: SceneResult[] = [];
  let leave = (): void => {};
  try {
    await pipeline(createReadStream(guest.base), createWriteStream(initrd));
    writeFileSync(initrd, payload(scenes), { flag: 'a' });
    writeFileSync(log, '');
    const begun = Date.now();
    const machine = spawn('qemu-system-x86_64', qemu(guest, initrd, log), { stdio: ['ignore', 'pipe', 'pipe'] });
    const seconds = bootSeconds + scenes.reduce((sum, scene) => sum + (scene.timeoutSeconds ?? defaultSeconds) * slowness, 0);
    const clock = setTimeout(() => machine.kill('SIGKILL'), seconds * 1000);
    const bootClock = setTimeout(() => machine.kill('SIGKILL'), bootSeconds * 1000);
    let said = '';
    machine.stderr.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-4000);
    });
    // A run that is broken off leaves neither a machine nor its 80 MB behind.
    leave = () => {
      machine.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    };
    process.once('exit', leave);
    const ended = new Promise<void>((resolve, reject) => {
      machine.on('error', reject);
      machine.on('close', () => resolve());
    });
    let lines: string[] = [];
    let started = begun;
    for await (const line of createInterface({ input: machine.stdout })) {
      if (line.startsWith('| ')) lines.push(line.slice(2));
      else if (line.startsWith('@kernel ')) {
        clearTimeout(bootClock);
        listener.booted?.(line.slice(8), Date.now() - begun);
      } else if (line.startsWith('@begin ')) {
        lines = [];
        started = Date.now();
      } else if (line.startsWith('@end ')) {
        const [index = 0, exitCode = -1] = line.slice(5).split(' ').map(Number);
        const output = lines.map((each) => `${each}\n`).join('');
        const result = { exitCode, output, rows: rowsOf(output), milliseconds: Date.now() - started };
        const scene = scenes[index];
        if (scene === undefined) continue;
        results[index] = result;
        listener.finished?.(scene, result);
      }
    }
    await ended;
    clearTimeout(clock);
    clearTimeout(bootClock);
    return scenes.map((scene, index) => {
      const result = results[index];
      if (result !== undefined) return result;
      const absent = lost(`the guest ended before this scene did; its console is in ${log}\n${said}`);
      listener.finished?.(scene, absent);
      return absent;
    });
  } finally {
    process.removeListener('exit', leave);
    rmSync(folder, { recursive: true, force: true });
  }
};

/** One script in a boot of its own. */
export const runInGuest = async ({
  files,
  script,
  timeoutSeconds,
  log = join(cacheFolder, 'console.log'),
}: {
  readonly files: ReadonlyMap<string, GuestFile>;
  readonly script: string;
  readonly timeoutSeconds: number;
  /** Takes the kernel's messages. */
  readonly log?: string;
}): Promise<SceneResult> => {
  const guest = await prepareGuest({ installs: false });
  const [result] = await runScenes(guest, [{ name: 'script', files, script, timeoutSeconds, expect: () => [] }], log);
  return result ?? lost('the guest said nothing');
};
