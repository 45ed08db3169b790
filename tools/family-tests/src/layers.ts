import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { environment } from './engine.ts';

/** One layer of an image: its files, and no folders. */
export interface LayerFiles {
  readonly digest: string;
  readonly files: ReadonlySet<string>;
}

/**
 * The layers of an image that the engine has, root first, read from what `docker image save` gives. Streams:
 * nothing is written to disk.
 */
export async function readLayers(reference: string): Promise<readonly LayerFiles[]> {
  const save = spawn('docker', ['image', 'save', reference], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const blobs = new Map<string, ReadonlySet<string>>();
  const texts = new Map<string, string>();
  const outer = save.stdout.pipe(extract());
  for await (const entry of outer) {
    const { name, type } = entry.header;
    if (type !== 'file') entry.resume();
    else if (name === 'manifest.json') texts.set(name, await readText(Readable.from(entry)));
    else blobs.set(name, await filesOf(Readable.from(entry)));
  }
  const [manifest] = JSON.parse(texts.get('manifest.json') ?? '[]') as { Layers: string[] }[];
  return (manifest?.Layers ?? []).map((name) => ({ digest: name, files: blobs.get(name) ?? new Set() }));
}

/** A blob is a layer, compressed or not, or JSON, which has no files. */
async function filesOf(blob: Readable): Promise<ReadonlySet<string>> {
  await once(blob, 'readable');
  const head = blob.read() as Buffer | null;
  if (head === null) return new Set();
  blob.unshift(head);
  if (head[0] === 0x7b) {
    blob.resume();
    return new Set();
  }
  const inner = (head[0] === 0x1f && head[1] === 0x8b ? blob.pipe(createGunzip()) : blob).pipe(extract());
  const files = new Set<string>();
  for await (const entry of inner) {
    if (entry.header.type !== 'directory') files.add(entry.header.name);
    entry.resume();
  }
  return files;
}

async function readText(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** `torch 2.7.1` for each Python distribution that a layer holds, from the names of their metadata folders. */
export function distributionsIn({ files }: LayerFiles): readonly string[] {
  const found = [...files].flatMap((file) => {
    const [, name, version] = /site-packages\/([^/]+)-([^/-]+)\.dist-info\/METADATA$/.exec(file) ?? [];
    return name === undefined ? [] : [`${name.toLowerCase().replaceAll(/[-_.]+/g, '-')} ${version ?? ''}`];
  });
  return found.sort();
}
