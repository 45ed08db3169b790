import { isUtf8 } from 'node:buffer';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { LARGEST_ENTRY } from './store.ts';

/** Bytes, unpacked: what a body can be blown up to has no other bound. */
const LARGEST_UNPACKED = 4 * 1024 * 1024 * 1024;

/**
 * Why Nx could not use the body of an entry, or undefined when it can. Nx ends the whole run at what it can't use.
 * Source: nx, src/native/cache/http_remote_cache.rs, `extract_tarball`; the Rust crate tar, `Entry::unpack_in`.
 */
export async function whyUnusable(body: Buffer): Promise<string | undefined> {
  const names = new Names();
  let exits = false;
  const read = async (header: Header, content: AsyncIterable<unknown>): Promise<void> => {
    const { name, size } = header;
    const log: Buffer[] = [];
    // Nx takes these two for itself, whatever kind of entry they are.
    if (name === 'code') {
      refuse(size !== 4, 'its exit code has not 4 bytes');
      exits = true;
    } else if (name === 'terminalOutput') refuse(size > LARGEST_ENTRY, 'its log is too large');
    else names.add(header);
    for await (const chunk of content) if (name === 'terminalOutput') log.push(chunk as Buffer);
    refuse(!isUtf8(Buffer.concat(log)), 'its log is no text');
  };
  // Nx writes some headers in the oldest format, which has no magic.
  const options: object = { allowUnknownFormat: true };
  const tar = extract(options).on('entry', (header, content, next) => {
    read(header, content).then(() => {
      next();
    }, next);
  });
  try {
    await pipeline(Readable.from([body]), createGunzip(), atMost(LARGEST_UNPACKED), tar);
    refuse(!exits, 'it has no exit code');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The paths of a tar so far. */
class Names {
  readonly #folders = new Set<string>();
  readonly #leaves = new Set<string>();

  /** @throws Error for what can't be unpacked below one folder */
  add({ name, type, linkname }: Header): void {
    const shown = JSON.stringify(name);
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    refuse(name.startsWith('/') || parts.includes('..'), `it would write to ${shown}`);
    refuse(type !== 'file' && type !== 'directory' && type !== 'symlink', `${shown} is a ${type}`);
    refuse(type === 'symlink' && !linkname, `${shown} is a link to nothing`);
    const folders = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    const leaf = type === 'directory' ? undefined : (folders.pop() ?? '.');
    // Else it would be written through a symlink.
    refuse(
      folders.some((folder) => this.#leaves.has(folder)),
      `${shown} lies in what is no folder`,
    );
    for (const folder of folders) this.#folders.add(folder);
    if (leaf === undefined) return;
    refuse(this.#leaves.has(leaf) || this.#folders.has(leaf), `${shown} is there twice`);
    this.#leaves.add(leaf);
  }
}

/** Passes bytes on, and fails after `limit` of them. */
function atMost(limit: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      done(seen > limit ? new Error(`it unpacks to more than ${limit} bytes`) : null, chunk);
    },
  });
}

function refuse(condition: boolean, why: string): void {
  if (condition) throw new Error(why);
}
