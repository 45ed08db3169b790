import { ProblemError } from '@cp-whisperx-app/problem';
import { join } from 'node:path';
import type { Descriptor } from '../registry/client.ts';
import type { NamedImage } from './release.ts';

/** An image in a layout. */
export interface LaidImage {
  readonly image: NamedImage;
  readonly mediaType: string;
  /** Bytes of its manifest. */
  readonly size: number;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Name of the release's file in a bundle. */
export const RELEASE_FILE = 'release.json';

/** Path of a blob in a layout. @throws ProblemError `digest-mismatch` for what is no digest */
export function blobPath(digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest))
    throw new ProblemError({
      code: 'digest-mismatch',
      message: `"${digest.slice(0, 200)}" is no digest of SHA-256`,
      mend: 'publish the image that has it again',
    });
  return join('blobs', ...digest.split(':'));
}

/**
 * The files of an image layout beside its blobs, by name; `index.json` is the last, with which a layout is one.
 * `manifest.json` is for engines of the overlay2 store, which read no other list.
 * @param nameOf what an image is to be called where the layout is loaded
 * Source: OCI image specification, image-layout.md; containerd, core/images/archive/importer.go; moby,
 * daemon/internal/image/tarexport/load.go.
 */
export function layoutFiles(
  images: readonly LaidImage[],
  nameOf: (image: NamedImage) => string,
): Readonly<Record<string, string>> {
  return {
    'oci-layout': JSON.stringify({ imageLayoutVersion: '1.0.0' }),
    'manifest.json': JSON.stringify(
      images.map(({ image, config, layers }) => ({
        Config: tarPath(config.digest),
        RepoTags: [nameOf(image)],
        Layers: layers.map(({ digest }) => tarPath(digest)),
      })),
    ),
    'index.json': JSON.stringify(
      {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: images.map(({ image, mediaType, size }) => ({
          mediaType,
          digest: image.digest,
          size,
          annotations: {
            'org.opencontainers.image.ref.name': nameOf(image),
            'io.containerd.image.name': fullName(nameOf(image)),
          },
        })),
      },
      null,
      2,
    ),
  };
}

/** The blobs of images, manifests too, each once. */
export function blobsOf(
  images: readonly LaidImage[],
): readonly { readonly digest: string; readonly size: number }[] {
  const blobs = images.flatMap(({ image, size, config, layers }) => [
    { digest: image.digest, size },
    ...[config, ...layers].map((blob) => ({ digest: blob.digest, size: blob.size })),
  ]);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Path of a blob in a tar. */
export const tarPath = (digest: string): string => blobPath(digest).replaceAll('\\', '/');

/** The name with the host that docker adds: `a/b:c` → `docker.io/a/b:c`. */
function fullName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]/.test(first) || first === 'localhost' ? name : `docker.io/${name}`;
}
