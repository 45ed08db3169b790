import { pack, type Header } from 'tar-stream';
import type { LayerListing } from '../layer/listing.ts';
import { LayerReader } from '../layer/read.ts';

/** Joined here: searchers of repositories look for the same shape. */
export const RANDOM = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3gH6';

/** Of the shape of a token of GitHub. */
export const TOKEN = `ghp_${RANDOM}`;

/** An entry of a hand-made layer: a text file, or what the header says. */
export type Entry = readonly [name: string, text: string, header?: Partial<Header>];

/** The tar of a layer. */
export async function tarOf(...entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, text, header] of entries) tar.entry({ name, ...header }, text);
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What is read of a tar that comes in pieces of that many bytes. */
export async function readTar(tar: Buffer, pieceBytes = 64 * 1024): Promise<LayerListing> {
  const reader = new LayerReader();
  for (let at = 0; at < tar.length; at += pieceBytes) await reader.write(tar.subarray(at, at + pieceBytes));
  return reader.end();
}

/** What is read of a layer with these entries. */
export const layerOf = async (...entries: readonly Entry[]): Promise<LayerListing> =>
  readTar(await tarOf(...entries));

export const SITE = 'opt/venv/lib/python3.11/site-packages';

/** The entries of an installed distribution: its metadata, and one module of that text. */
export function wheel(name: string, version: string, module = 'x = 1\n', site = SITE): readonly Entry[] {
  const info = `${name}-${version}.dist-info`;
  const file = `${name.toLowerCase()}.py`;
  return [
    [
      `${site}/${info}/METADATA`,
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\nName: other\n`,
    ],
    [`${site}/${info}/RECORD`, `${file},sha256=abc,${module.length}\n${info}/METADATA,,\n${info}/RECORD,,\n`],
    [`${site}/${file}`, module],
  ];
}
