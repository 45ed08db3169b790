import { ProblemError } from '@cp-whisperx-app/problem';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import type { LayerListing } from './listing.ts';
import { LayerReader } from './read.ts';

/** Beginnings of a blob. Sources: RFC 1952, RFC 8878. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * Reads a blob of an image: a layer, compressed or not, or JSON, of which nothing is said.
 * @param took is told of the bytes of the uncompressed layer as they come
 * @throws ProblemError `zstd-unknown`; Error when the blob is broken
 */
export async function readBlob(
  blob: AsyncIterable<Uint8Array>,
  took: (bytes: number) => void,
): Promise<LayerListing | undefined> {
  const pieces = blob[Symbol.asyncIterator]();
  const { value: first } = (await pieces.next()) as { value: Uint8Array | undefined };
  if (first === undefined) return undefined;
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield first;
    yield* { [Symbol.asyncIterator]: () => pieces };
  };
  // A tar may begin with a file of any name.
  if (first[0] === 0x7b && !Buffer.from(first).includes('ustar')) {
    while ((await pieces.next()).done !== true);
    return undefined;
  }
  const reader = new LayerReader();
  for await (const piece of unpack(Buffer.from(first), whole())) {
    took(piece.length);
    await reader.write(piece);
  }
  return reader.end();
}

function unpack(head: Buffer, whole: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const begins = (magic: Buffer): boolean => head.subarray(0, magic.length).equals(magic);
  if (begins(GZIP)) return through(whole, zlib.createGunzip());
  if (!begins(ZSTD)) return whole;
  // Node has it since 22.15 and 23.8; the types are those of Node 20.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => zlib.Gunzip };
  if (createZstdDecompress !== undefined) return through(whole, createZstdDecompress());
  throw new ProblemError({
    code: 'zstd-unknown',
    message: `Node ${process.versions.node} can't unpack zstd, which this image's layers are compressed with`,
    mend: 'use Node 22.15 or newer',
  });
}

function through(whole: AsyncIterable<Uint8Array>, unpacker: zlib.Gunzip): AsyncIterable<Uint8Array> {
  const source = Readable.from(whole, { objectMode: false });
  source.on('error', (error) => unpacker.destroy(error)).pipe(unpacker);
  return unpacker;
}
