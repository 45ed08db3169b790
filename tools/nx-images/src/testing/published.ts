import { createHash } from 'node:crypto';
import { KEY_LABEL } from '../plan/plan.ts';
import type { Descriptor, Manifest, Registry } from '../registry/client.ts';

/** What a fake registry serves under `REPOSITORY:TAG`. */
export interface FakeImage {
  readonly key?: string;
  readonly os?: string;
  readonly diffIds?: readonly string[];
  /** Layers of its manifest, where they are not as many as in its configuration. */
  readonly layers?: number;
  /** The configuration as it stands, where it is not made from the above. */
  readonly config?: string;
}

/** The part of a registry that a look-up needs; `failing` is what it throws whatever it is asked. */
export function fakeRegistry(
  host: string,
  images: Readonly<Record<string, FakeImage>>,
  { prefix = '', failing }: { readonly prefix?: string; readonly failing?: Error } = {},
): Registry & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const blobs = new Map<string, Buffer>();
  const fake: Pick<Registry, 'address' | 'manifest' | 'blob'> & { readonly asked: readonly string[] } = {
    asked,
    address: { host, prefix },
    manifest: (repository, tag) => {
      asked.push(`${repository}:${tag}`);
      if (failing !== undefined) return Promise.reject(failing);
      const image = images[`${repository}:${tag}`];
      return Promise.resolve(image && manifestOf(image, blobs));
    },
    blob: (_repository, { digest }) => Promise.resolve(blobs.get(digest) ?? Buffer.of()),
  };
  return fake as Registry & { readonly asked: readonly string[] };
}

function manifestOf(image: FakeImage, blobs: Map<string, Buffer>): Manifest {
  const { key, os = 'linux', diffIds = ['sha256:root'], layers = diffIds.length } = image;
  const text =
    image.config ??
    JSON.stringify({
      os,
      architecture: 'amd64',
      config: { Labels: key === undefined ? null : { [KEY_LABEL]: key } },
      rootfs: { diff_ids: diffIds },
      history: [
        ...diffIds.map((diffId) => ({ created_by: `RUN ${diffId}` })),
        { created_by: 'USER 1', empty_layer: true },
      ],
    });
  const config = descriptorOf(Buffer.from(text));
  blobs.set(config.digest, Buffer.from(text));
  const body = {
    schemaVersion: 2,
    config,
    layers: Array.from({ length: layers }, (_, index) => descriptorOf(Buffer.alloc(index + 1))),
  };
  const bytes = Buffer.from(JSON.stringify(body));
  return { ...descriptorOf(bytes), bytes, body };
}

const descriptorOf = (bytes: Buffer): Descriptor => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  size: bytes.length,
});
