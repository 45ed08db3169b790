import { repositoryOf } from '../model/image-name.ts';
import { keyTag } from '../plan/key.ts';
import { parseRegistry, repositoryIn } from '../registry/reference.ts';

/** One image of a release. */
export interface ReleaseImage {
  /** Full name with tag, as in the engine: `rajiup/cp-whisperx-app-asr:cuda`. */
  readonly image: string;
  /** 64 hex digits. */
  readonly key: string;
  /** Of its manifest. */
  readonly digest: string;
  /** Bytes to fetch, where none of it is there. */
  readonly size: number;
  /** The image of this release that it stands on. */
  readonly base?: string | undefined;
  /** Its Python layer by itself, which a build from these sources takes. */
  readonly python?: string | undefined;
}

/** The images that belong together, by digest. */
export interface Release {
  readonly schema: 1;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  /** Commit of the sources. */
  readonly revision: string;
  /** Whether files differed from that commit. */
  readonly dirty?: true | undefined;
  /** Where the images are: `HOST[/PATH]`. */
  readonly registry: string;
  /** By project name. */
  readonly images: Readonly<Record<string, ReleaseImage>>;
}

/** An image of a release, with its name. */
export type NamedImage = ReleaseImage & { readonly name: string };

/** Images of a release, bases first. @param names all where it is empty */
export function imagesOf({ images }: Release, names: readonly string[] = []): readonly NamedImage[] {
  const depth = (name: string): number => {
    const base = images[name]?.base;
    return base === undefined ? 0 : 1 + depth(base);
  };
  return Object.entries(images)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([name, image]) => ({ ...image, name }))
    .sort((one, other) => depth(one.name) - depth(other.name));
}

/** `rajiup/cp-whisperx-app-asr:key-0123456789ab` */
export const keyedOf = ({ image, key }: Pick<ReleaseImage, 'image' | 'key'>): string =>
  `${repositoryOf(image)}:${keyTag(key)}`;

/** `HOST/REPOSITORY@sha256:…` */
export function referenceOf(
  { registry }: Pick<Release, 'registry'>,
  { image, digest }: ReleaseImage,
): string {
  const address = parseRegistry(registry);
  return `${address.host}/${repositoryIn(address, image)}@${digest}`;
}

/**
 * The services that a release pins: one for each image that no other stands on.
 * Source: the Compose specification, 05-services.md, `image`.
 */
export function servicesOf(release: Release): Readonly<Record<string, { readonly image: string }>> {
  const bases = new Set(Object.values(release.images).map(({ base }) => base));
  return Object.fromEntries(
    Object.entries(release.images)
      .filter(([name]) => !bases.has(name))
      .map(([name, image]) => [name, { image: referenceOf(release, image) }]),
  );
}

/** The text of a release's file: JSON, and so YAML, that Docker Compose takes as an override. */
export const releaseText = (release: Release): string =>
  `${JSON.stringify({ 'x-release': release, services: servicesOf(release) }, null, 2)}\n`;

/** Whether two releases are the same but for when they were written. */
export const sameRelease = (one: Release, other: Release): boolean =>
  releaseText({ ...one, created: '' }) === releaseText({ ...other, created: '' });
