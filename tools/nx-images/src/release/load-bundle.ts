import { ProblemError } from '@cp-whisperx-app/problem';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ImageManifest } from '../registry/client.ts';
import { digestOf } from '../registry/manifest.ts';
import { loadArchive } from './engine.ts';
import { readRelease } from './files.ts';
import { blobPath, blobsOf, layoutFiles, RELEASE_FILE, tarPath, type LaidImage } from './layout.ts';
import { isLoaded, nameLoaded } from './load.ts';
import { checkKey, chosenImages } from './published.ts';
import { keyedOf, type NamedImage } from './release.ts';
import { tarOf } from './tar.ts';
import { megabytes } from './units.ts';

/**
 * Brings images of a bundle into the engine, without any network, and names them.
 * @param folder absolute path
 * @param names all where it is empty
 * @throws ProblemError
 */
export async function loadBundle(
  folder: string,
  names: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const release = readRelease(folder, join(folder, RELEASE_FILE));
  if (!existsSync(join(folder, 'index.json')))
    throw new ProblemError({
      code: 'bundle-incomplete',
      message: `${folder} is a bundle that was begun and not ended`,
      mend: 'run images:bundle for the same release and folder again: it goes on where it stopped',
    });
  const images = chosenImages(release, names).map((image) => readLaid(folder, image));
  const missing: LaidImage[] = [];
  for (const one of images) if (!(await isLoaded(one.image, identityOf(one)))) missing.push(one);
  if (missing.length > 0) {
    const total = blobsOf(missing).reduce((sum, { size }) => sum + size, 0);
    say(`loading ${missing.map(({ image }) => image.name).join(', ')}: ${megabytes(total)}`);
    await loadArchive(archiveOf(folder, missing));
  }
  for (const one of images) await nameLoaded(one.image, identityOf(one));
  say(`${images.length} images of ${release.name} are in the engine, under their names`);
}

const identityOf = ({ image, config }: LaidImage): { digest: string; configDigest: string } => ({
  digest: image.digest,
  configDigest: config.digest,
});

function readLaid(folder: string, image: NamedImage): LaidImage {
  const bytes = readSmall(folder, image.digest);
  const manifest = JSON.parse(bytes.toString()) as ImageManifest;
  const { config, layers } = manifest;
  const { config: inner } = JSON.parse(readSmall(folder, config.digest).toString()) as {
    config?: { Labels?: Record<string, string> };
  };
  checkKey(image, inner?.Labels);
  for (const { digest, size } of layers)
    if (statSync(join(folder, blobPath(digest)), { throwIfNoEntry: false })?.size !== size)
      throw damaged(folder, digest);
  const mediaType = manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json';
  return { image, mediaType, size: bytes.length, config, layers };
}

function readSmall(folder: string, digest: string): Buffer {
  const path = join(folder, blobPath(digest));
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (digestOf(bytes) !== digest) throw damaged(folder, digest);
  return bytes;
}

/** A layout of these images alone, as a tar, under their key tags. It fails where a blob is not that of its digest. */
const archiveOf = (folder: string, images: readonly LaidImage[]): Readable =>
  Readable.from(
    tarOf([
      ...blobsOf(images).map(({ digest, size }) => ({
        name: tarPath(digest),
        size,
        content: () => blobBytes(folder, digest),
      })),
      ...Object.entries(layoutFiles(images, keyedOf)).map(([name, text]) => ({
        name,
        size: Buffer.byteLength(text),
        content: () => [Buffer.from(text)],
      })),
    ]),
    { objectMode: false },
  );

async function* blobBytes(folder: string, digest: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(folder, blobPath(digest)), { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw damaged(folder, digest);
}

const damaged = (folder: string, digest: string): ProblemError =>
  new ProblemError({
    code: 'bundle-damaged',
    message: `${join(folder, blobPath(digest))} is missing, or is not what its name says`,
    mend: 'copy the bundle again, or run images:bundle for the same release and folder: it mends what is wrong',
  });
