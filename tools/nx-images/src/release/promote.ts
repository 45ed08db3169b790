import { ProblemError } from '@cp-whisperx-app/problem';
import { Readable } from 'node:stream';
import { keyTag } from '../plan/key.ts';
import { tagOf } from '../model/image-name.ts';
import type { Descriptor, Registry } from '../registry/client.ts';
import type { PublishedImage } from '../registry/images.ts';
import { addressText } from '../registry/lookup.ts';
import { repositoryIn } from '../registry/reference.ts';
import { inParallel } from './parallel.ts';
import { publishedImage, registryOf } from './published.ts';
import { imagesOf, keyedOf, type NamedImage, type Release } from './release.ts';
import { megabytes, progressOf } from '../units.ts';

const COPIES = 4;
const REQUESTS = 8;

type Say = (line: string) => void;

interface Promoted {
  readonly image: NamedImage;
  readonly published: PublishedImage;
  /** Repositories of the two ends. */
  readonly from: string;
  readonly to: string;
}

/**
 * Copies the images of a release to another registry by digest: all blobs and manifests, then key tags and names, bases
 * first. What is there is not sent again.
 * @returns the same release, in that registry
 * @throws ProblemError `registry-key-taken` before anything is written, and as Registry does
 */
export async function promoteRelease(release: Release, to: Registry, say: Say): Promise<Release> {
  const source = registryOf(release);
  const images = imagesOf(release);
  const published = await inParallel(images, REQUESTS, (image) => publishedImage(release, image, source));
  const all = images.map((image, index): Promoted => ({
    image,
    published: published[index] as PublishedImage,
    from: repositoryIn(source.address, image.image),
    to: repositoryIn(to.address, image.image),
  }));
  const taken = await checkKeyTags(all, to);
  await copyBlobs(all, source, to, say);
  for (const {
    image,
    published: { manifest },
    to: repository,
  } of all) {
    await to.pushManifest(repository, image.digest, manifest.bytes, manifest.mediaType);
    if (!taken.has(image.name))
      await to.pushManifest(repository, keyTag(image.key), manifest.bytes, manifest.mediaType);
    await to.pushManifest(repository, tagOf(image.image), manifest.bytes, manifest.mediaType);
    say(`${image.name}: ${to.address.host}/${repository}@${image.digest}`);
  }
  return { ...release, registry: addressText(to) };
}

/** The images whose key tag is there and means them. */
async function checkKeyTags(all: readonly Promoted[], to: Registry): Promise<ReadonlySet<string>> {
  const found = await inParallel(all, REQUESTS, ({ image, to: repository }) =>
    to.manifest(repository, keyTag(image.key)),
  );
  const foreign = all.filter(({ image }, index) => (found[index]?.digest ?? image.digest) !== image.digest);
  if (foreign.length > 0)
    throw new ProblemError(
      ...foreign.map(({ image, to: repository }) => ({
        code: 'registry-key-taken',
        message: `${to.address.host}/${repository}:${tagOf(keyedOf(image))} is another image than ${image.name} of the release, ${image.digest}`,
        mend: 'a key tag never changes: promote to another HOST[/PATH], or take that tag from the registry if nobody uses it',
      })),
    );
  return new Set(all.filter((_, index) => found[index] !== undefined).map(({ image }) => image.name));
}

async function copyBlobs(all: readonly Promoted[], source: Registry, to: Registry, say: Say): Promise<void> {
  const wanted = all.map(({ published: { manifest } }) => [
    ...new Map([manifest.body.config, ...manifest.body.layers].map((blob) => [blob.digest, blob])).values(),
  ]);
  const distinct = new Map(wanted.flat().map(({ digest, size }) => [digest, size]));
  const total = [...distinct.values()].reduce((sum, size) => sum + size, 0);
  const tell = progressOf(total, 'done', say);
  const sums = { there: 0, mounted: 0, sent: 0 };
  /** Repositories of the destination that have a blob. */
  const having = new Map<string, string>();
  for (const [index, one] of all.entries()) {
    await inParallel(wanted[index] ?? [], COPIES, async (blob) => {
      const near = having.get(blob.digest);
      const how = await copyBlob(blob, one, near, source, to);
      having.set(blob.digest, one.to);
      sums[how] += blob.size;
      if (near === undefined) tell(blob.size, `${one.image.name} ${blob.digest.slice(0, 19)} ${how}`);
    });
  }
  say(
    `${megabytes(sums.sent)} sent, ${megabytes(sums.mounted)} shared within ${addressText(to)}, ${megabytes(sums.there)} were there`,
  );
}

async function copyBlob(
  blob: Descriptor,
  { from, to: repository }: Promoted,
  having: string | undefined,
  source: Registry,
  to: Registry,
): Promise<'there' | 'mounted' | 'sent'> {
  if (await to.hasBlob(repository, blob.digest)) return 'there';
  const near = having ?? (source.address.host === to.address.host ? from : undefined);
  if (near !== undefined && near !== repository && (await to.mountBlob(repository, blob.digest, near)))
    return 'mounted';
  await to.pushBlob(repository, {
    digest: blob.digest,
    size: blob.size,
    open: () => Readable.from(bytesOf(source, from, blob), { objectMode: false }),
  });
  return 'sent';
}

async function* bytesOf(source: Registry, repository: string, blob: Descriptor): AsyncGenerator<Buffer> {
  for await (const chunk of await source.blobStream(repository, blob)) yield chunk as Buffer;
}
