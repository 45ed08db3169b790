import { ProblemError } from '@cp-whisperx-app/problem';
import { matchesPattern } from '../model/image-name.ts';
import { KEY_LABEL } from '../plan/plan.ts';
import { Registry } from '../registry/client.ts';
import { readImage, type PublishedImage } from '../registry/images.ts';
import { parseRegistry } from '../registry/reference.ts';
import { imagesOf, referenceOf, type NamedImage, type Release } from './release.ts';

/** The registry that has the images of a release. */
export const registryOf = ({ registry }: Release): Registry => new Registry(parseRegistry(registry));

/** Images that are to be loaded. */
export interface Choice {
  /** All where it is empty. */
  readonly names: readonly string[];
  /** Pattern of the family's names. Only such names are given to images in the engine. */
  readonly imageName: string;
}

/**
 * Images of a release, bases first.
 * @throws ProblemError `no-such-image`, `foreign-image-name`
 */
export function chosenImages(release: Release, { names, imageName }: Choice): readonly NamedImage[] {
  const unknown = names.filter((name) => !Object.hasOwn(release.images, name));
  if (unknown.length > 0) throw noSuchImage(unknown, Object.keys(release.images));
  const chosen = imagesOf(release, names);
  const foreign = chosen.filter(({ image }) => !matchesPattern(imageName, image));
  if (foreign.length > 0)
    throw new ProblemError(
      ...foreign.map(({ name, image }) => ({
        code: 'foreign-image-name',
        message: `${release.name} calls its image ${name} ${image}, which is no name of this workspace's images (${imageName})`,
        mend: 'load a release of this workspace; if its images had other names then: NX_IMAGES_IMAGE_NAME=PATTERN',
      })),
    );
  return chosen;
}

/** Names that nothing has. */
export const noSuchImage = (unknown: readonly string[], known: readonly string[]): ProblemError =>
  new ProblemError({
    code: 'no-such-image',
    message: `there is no image ${unknown.join(', ')}`,
    mend: `the images are ${known.join(', ')}`,
  });

/** An image of a release, as its registry has it. @throws ProblemError `release-image-gone`, `release-image-mismatch`, and as `readImage` */
export async function publishedImage(
  release: Release,
  image: NamedImage,
  registry: Registry,
): Promise<PublishedImage> {
  const published = await readImage(registry, image.image, image.digest);
  if (published === undefined)
    throw new ProblemError({
      code: 'release-image-gone',
      message: `${release.name}: the registry does not have ${referenceOf(release, image)} any more`,
      mend: `publish ${image.name} from commit ${release.revision.slice(0, 12)} and release that anew, or load a bundle of this release`,
    });
  checkKey(image, published.labels);
  return published;
}

/** @throws ProblemError `release-image-mismatch` where labels are not those of an image of a release */
export function checkKey(
  { name, key, digest }: NamedImage,
  labels: Readonly<Record<string, string>> | undefined,
): void {
  const found = labels?.[KEY_LABEL];
  if (found === key) return;
  throw new ProblemError({
    code: 'release-image-mismatch',
    message: `${name}: ${digest} has ${found === undefined ? 'no key' : `the key ${found}`}, not ${key}, which the release says`,
    mend: 'take the file of the release as it was written (git checkout)',
  });
}
