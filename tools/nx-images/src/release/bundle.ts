import { ProblemError } from '@cp-whisperx-app/problem';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { freeDisk } from '../engine/docker.ts';
import type { Registry } from '../registry/client.ts';
import { repositoryIn } from '../registry/reference.ts';
import { plainSize, readRelease } from './files.ts';
import { blobPath, blobsOf, layoutFiles, RELEASE_FILE, type LaidImage } from './layout.ts';
import { inParallel } from './parallel.ts';
import { publishedImage, registryOf } from './published.ts';
import { imagesOf, releaseText, sameRelease, type Release } from './release.ts';
import { megabytes, progressOf } from '../units.ts';
import { draftOf, removeDrafts, writeWhole } from '../write-whole.ts';

const FETCHES = 3;

interface Wanted {
  readonly digest: string;
  readonly size: number;
  /** Repository that has it. */
  readonly repository: string;
}

/**
 * Puts all images of a release into an OCI image layout, each blob once. What is there and right stays, so that what
 * was interrupted goes on; `index.json` comes last.
 * @param folder absolute path
 * @returns bytes of all blobs
 * @throws ProblemError
 */
export async function writeBundle(
  release: Release,
  folder: string,
  say: (line: string) => void,
): Promise<number> {
  claim(release, folder);
  for (const place of [folder, join(folder, 'blobs', 'sha256')]) removeDrafts(place);
  const registry = registryOf(release);
  const laid: LaidImage[] = [];
  const wanted = new Map<string, Wanted>();
  for (const image of imagesOf(release)) {
    const { manifest } = await publishedImage(release, image, registry);
    const { mediaType, size, bytes, body } = manifest;
    writeWhole(join(folder, blobPath(image.digest)), bytes);
    laid.push({ image, mediaType, size, config: body.config, layers: body.layers });
    const repository = repositoryIn(registry.address, image.image);
    for (const blob of [body.config, ...body.layers])
      wanted.set(blob.digest, { digest: blob.digest, size: blob.size, repository });
  }
  await fetchMissing([...wanted.values()], registry, folder, say);
  for (const [name, text] of Object.entries(layoutFiles(laid, ({ image }) => image)))
    writeWhole(join(folder, name), text);
  return blobsOf(laid).reduce((sum, { size }) => sum + size, 0);
}

/** Whether a file holds just the bytes of a digest. */
export async function isWhole(
  file: string,
  { digest, size }: Pick<Wanted, 'digest' | 'size'>,
): Promise<boolean> {
  if (plainSize(file) !== size) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return `sha256:${hash.digest('hex')}` === digest;
}

/** A folder is that of one release. */
function claim(release: Release, folder: string): void {
  const file = join(folder, RELEASE_FILE);
  if (existsSync(file)) {
    if (sameRelease(readRelease(folder, file), release)) return;
    throw new ProblemError({
      code: 'bundle-exists',
      message: `${folder} is the bundle of another release`,
      mend: `choose another --output, or delete ${folder}`,
    });
  }
  writeWhole(file, releaseText(release));
}

async function fetchMissing(
  blobs: readonly Wanted[],
  registry: Registry,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const whole = await inParallel(blobs, FETCHES, (blob) =>
    isWhole(join(folder, blobPath(blob.digest)), blob),
  );
  const missing = blobs.filter((_, index) => whole[index] !== true);
  const total = missing.reduce((sum, { size }) => sum + size, 0);
  say(
    `${blobs.length - missing.length} of ${blobs.length} blobs are there, ${megabytes(total)} are to be fetched`,
  );
  const free = await freeDisk(folder);
  if (free !== undefined && free < total)
    throw new ProblemError({
      code: 'disk-too-small',
      message: `the bundle needs ${megabytes(total)} more in ${folder}, and ${megabytes(free)} are free`,
      mend: 'make room there, or choose another --output',
    });
  const tell = progressOf(total, 'fetched', say);
  await inParallel(missing, FETCHES, async (blob) => {
    const file = join(folder, blobPath(blob.digest));
    await fetchBlob(blob, registry, file);
    tell(blob.size, blob.digest.slice(0, 19));
  });
}

/** Puts a blob of a registry into a file, whole or not at all. @throws ProblemError */
export async function fetchBlob(
  blob: Wanted,
  registry: Pick<Registry, 'blobStream'>,
  file: string,
): Promise<void> {
  const draft = draftOf(file);
  mkdirSync(dirname(file), { recursive: true });
  try {
    // The stream fails where it is not that of the digest.
    await pipeline(
      await registry.blobStream(blob.repository, blob),
      createWriteStream(draft, { flush: true }),
    );
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
