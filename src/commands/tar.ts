import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder, type TarHeader } from 'modern-tar';
import { archiveOf, type Archive, type ArchiveEntry } from '../base/archive-files.ts';
import { maxFileBytes } from '../base/file-set.ts';

/** A tar that is not taken, in words. */
export class TarRefused extends Error {
  override readonly name = 'TarRefused';
}

/** What is unpacked, what of it is kept, and of how many entries: more is no host's configuration. */
const maxUnpacked = 2 * 1024 * 1024 * 1024;
const maxKept = 256 * 1024 * 1024;
const maxEntries = 300_000;
const maxPath = 4096;

/** Reads a .tar or .tar.gz, by what it holds and not by its name, without unpacking it to disk. What cannot be configuration (binaries, large files) is not kept. Throws TarRefused; an I/O error as it is. */
export async function readTar(file: string | Uint8Array): Promise<Archive> {
  const chunks = typeof file === 'string' ? createReadStream(file) : Readable.from([Buffer.from(file)]);
  const decoder = createTarDecoder({ strict: true });
  let failed: Error | undefined;
  const writing = pump(chunks, decoder.writable).catch((error: Error) => {
    failed ??= error;
    return decoder.writable.abort(error).catch(() => undefined);
  });
  const entries = new Map<string, ArchiveEntry>();
  let kept = 0;
  let count = 0;
  try {
    for await (const entry of decoder.readable as unknown as AsyncIterable<{ readonly header: TarHeader; readonly body: ReadableStream<Uint8Array> }>) {
      if (++count > maxEntries) throw new TarRefused(`holds more than ${maxEntries} entries: make a tar of etc alone`);
      const path = pathOf(entry.header.name);
      const taken = await contentOf(entry.header, entry.body);
      kept += taken.kind === 'file' ? taken.bytes.length : 0;
      if (kept > maxKept) throw new TarRefused(`holds more than ${maxKept >> 20} MB of text: make a tar of etc alone`);
      if (path !== '') entries.set(path, entry.header.type === 'link' ? (entries.get(pathOf(entry.header.linkname ?? '')) ?? taken) : taken);
    }
    await writing;
  } catch (error) {
    throw wordsOf(failed ?? error);
  } finally {
    chunks.destroy();
  }
  if (failed) throw wordsOf(failed);
  return archiveOf(entries);
}

async function pump(chunks: Readable, writable: WritableStream<Uint8Array>): Promise<void> {
  const writer = writable.getWriter();
  try {
    let total = 0;
    for await (const chunk of (await unzipped(chunks)) as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > maxUnpacked) throw new TarRefused(`has more than ${maxUnpacked / 1024 ** 2} MB unpacked: make a tar of etc alone`);
      await writer.write(chunk);
    }
    await writer.close();
  } finally {
    writer.releaseLock();
  }
}

/** The bytes of a tar, unzipped where they begin as gzip does. */
async function unzipped(chunks: Readable): Promise<AsyncIterable<unknown>> {
  const iterator = chunks[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await iterator.next();
  const start = first.done ? Buffer.alloc(0) : first.value;
  if (start[0] === 0xfd && start.subarray(1, 5).toString('latin1') === '7zXZ') throw new TarRefused('is packed by xz, which is not read here: xz -dk it first');
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd) throw new TarRefused('is packed by zstd, which is not read here: zstd -dk it first');
  const all = Readable.from(
    (async function* () {
      yield start;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    })(),
  );
  if (start[0] !== 0x1f || start[1] !== 0x8b) return all;
  const gunzip = createGunzip();
  all.on('error', (error) => gunzip.destroy(error));
  return all.pipe(gunzip);
}

/** A path below the archive's root. `..` and absolute paths would leave it. */
function pathOf(name: string): string {
  if (name.length > maxPath) throw new TarRefused('holds a path that is too long');
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new TarRefused(`holds ${JSON.stringify(name.slice(0, 80))}, which leads out of it`);
  return posix.join(...parts, '.').replace(/^\.$|\/$/g, '');
}

async function contentOf(header: TarHeader, body: ReadableStream<Uint8Array>): Promise<ArchiveEntry> {
  const other = async (why: Extract<ArchiveEntry, { kind: 'other' }>['why'], note: string): Promise<ArchiveEntry> => {
    await body.cancel();
    return { kind: 'other', why, note };
  };
  switch (header.type ?? 'file') {
    case 'file': {
      if (header.size > maxFileBytes) return other('too-large', `has ${header.size} bytes; files over ${maxFileBytes} are not read`);
      const bytes = await allOf(body);
      if (bytes.includes(0) && !/^(?:\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString('latin1'))) return { kind: 'other', why: 'binary', note: 'is a binary file (it holds NUL bytes)' };
      return { kind: 'file', bytes, mode: (header.mode ?? 0o644) & 0o7777 };
    }
    case 'symlink':
      await body.cancel();
      return { kind: 'link', target: (header.linkname ?? '').slice(0, maxPath) };
    case 'directory':
      await body.cancel();
      return { kind: 'folder' };
    case 'link':
      return other('not-a-file', 'is a hard link to what the archive does not hold');
    default:
      return other('not-a-file', `is a ${header.type}, not a regular file`);
  }
}

async function allOf(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function wordsOf(error: unknown): Error {
  if (error instanceof TarRefused) return error;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code) && error.code !== 'ERR') return error;
  return new TarRefused(`is no whole tar: ${error instanceof Error ? error.message : String(error)}`);
}
