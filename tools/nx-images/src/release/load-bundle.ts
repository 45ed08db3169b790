import { ProblemError } from '@cp-whisperx-app/problem';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { loadArchive } from './engine.ts';
import { plainSize, readRelease } from './files.ts';
import { blobPath, blobsOf, layoutFiles, RELEASE_FILE, tarPath, type LaidImage } from './layout.ts';
import { isLoaded, nameLoaded } from './load.ts';
import { chosenImages, type Choice } from './published.ts';
import { damagedBlob, readLaid } from './read-laid.ts';
import { keyedOf } from './release.ts';
import { tarOf } from './tar.ts';
import { megabytes } from '../units.ts';

/**
 * Brings images of a bundle into the engine, without any network, and names them.
 * @param folder absolute path
 * @throws ProblemError
 */
export async function loadBundle(folder: string, choice: Choice, say: (line: string) => void): Promise<void> {
  const release = readRelease(folder, join(folder, RELEASE_FILE));
  if (!existsSync(join(folder, 'index.json')))
    throw new ProblemError({
      code: 'bundle-incomplete',
      message: `${folder} is a bundle that was begun and not ended`,
      mend: 'run images:bundle for the same release and folder again: it goes on where it stopped',
    });
  const images = chosenImages(release, choice).map((image) => readLaid(folder, image));
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
  const path = join(folder, blobPath(digest));
  if (plainSize(path) === undefined) throw damagedBlob(folder, digest);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw (error as NodeJS.ErrnoException).syscall === undefined ? error : damagedBlob(folder, digest);
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw damagedBlob(folder, digest);
}
