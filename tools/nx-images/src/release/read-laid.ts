import { ProblemError } from '@cp-whisperx-app/problem';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Descriptor, ImageManifest } from '../registry/client.ts';
import { digestOf, LARGEST_MANIFEST } from '../registry/manifest.ts';
import { plainSize } from './files.ts';
import { blobPath, RELEASE_FILE, type LaidImage } from './layout.ts';
import { checkKey } from './published.ts';
import type { NamedImage } from './release.ts';

/**
 * An image of a bundle, all of whose blobs are there; of layers only the size is looked at.
 * @param folder absolute path
 * @throws ProblemError `bundle-damaged`, `release-image-mismatch`
 */
export function readLaid(folder: string, image: NamedImage): LaidImage {
  const bytes = readSmall(folder, image.digest);
  const manifest = parse(bytes);
  if (!isManifest(manifest)) throw wrongKind(folder, image, 'the manifest');
  const { config, layers, mediaType = 'application/vnd.oci.image.manifest.v1+json' } = manifest;
  const configBytes = readSmall(folder, config.digest);
  const configuration = parse(configBytes);
  if (!isObject(configuration) || configBytes.length !== config.size)
    throw wrongKind(folder, image, 'the manifest of a configuration');
  const { config: inner } = configuration as { config?: { Labels?: Record<string, string> } | null };
  checkKey(image, inner?.Labels);
  for (const { digest, size } of layers)
    if (plainSize(join(folder, blobPath(digest))) !== size) throw damagedBlob(folder, digest);
  return { image, mediaType, size: bytes.length, config, layers };
}

/** A blob that is not as its name says. */
export const damagedBlob = (folder: string, digest: string): ProblemError =>
  damaged(join(folder, blobPath(digest)), 'it is missing, can not be read, or is not what its name says');

const wrongKind = (folder: string, { name, digest }: NamedImage, what: string): ProblemError =>
  damaged(join(folder, RELEASE_FILE), `${digest}, which it gives for ${name}, is not ${what} of an image`);

const damaged = (file: string, message: string): ProblemError =>
  new ProblemError({
    code: 'bundle-damaged',
    message,
    file,
    mend: 'copy the bundle again, or run images:bundle for the same release and folder: it mends what is wrong',
  });

function readSmall(folder: string, digest: string): Buffer {
  const path = join(folder, blobPath(digest));
  if ((plainSize(path) ?? Infinity) > LARGEST_MANIFEST) throw damagedBlob(folder, digest);
  try {
    const bytes = readFileSync(path);
    if (digestOf(bytes) === digest) return bytes;
  } catch {
    // Said below.
  }
  throw damagedBlob(folder, digest);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Source: OCI image specification, manifest.md. */
function isManifest(value: unknown): value is ImageManifest {
  if (!isObject(value)) return false;
  const { config, layers, mediaType } = value as Partial<Record<keyof ImageManifest, unknown>>;
  return (
    (mediaType === undefined || typeof mediaType === 'string') &&
    isDescriptor(config) &&
    Array.isArray(layers) &&
    layers.every(isDescriptor)
  );
}

function isDescriptor(value: unknown): value is Descriptor {
  if (!isObject(value)) return false;
  const { digest, size } = value as Partial<Record<keyof Descriptor, unknown>>;
  return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) && Number.isSafeInteger(size);
}
