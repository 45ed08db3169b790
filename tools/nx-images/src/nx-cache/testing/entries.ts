import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';

type Head = Partial<Header> & { readonly name: string };

/** One entry of a tar: its header, or only the name of a file, and its content. */
export type Part = readonly [header: Head | string, content?: string | Buffer];

/** The exit code, without which no entry of Nx's cache is whole. */
export const CODE: Part = ['code', Buffer.from([0, 0, 0, 0])];

/** An entry of Nx's cache of these parts, not compressed. */
export function tar(...parts: readonly Part[]): Promise<Buffer> {
  const packed = pack();
  for (const [header, content = ''] of parts)
    packed.entry(typeof header === 'string' ? { name: header } : header, content);
  packed.finalize();
  return buffer(packed);
}

/** An entry as Nx sends it. */
export const entry = async (...parts: readonly Part[]): Promise<Buffer> => gzipSync(await tar(...parts));
