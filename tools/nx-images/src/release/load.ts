import { ProblemError } from '@cp-whisperx-app/problem';
import { inspectImages, removeImages, tagImage } from '../engine/docker.ts';
import { fetchImageAs } from '../engine/fetch.ts';
import { checkKey, chosenImages, publishedImage, registryOf, type Choice } from './published.ts';
import { keyedOf, referenceOf, type NamedImage, type Release } from './release.ts';
import { megabytes } from '../units.ts';

type Say = (line: string) => void;

/** What of an image the engine may take for its id: of the manifest, or of the configuration (overlay2). */
export interface Identity {
  readonly digest: string;
  readonly configDigest: string;
}

/**
 * Brings images of a release from its registry into the engine, by digest, bases first, and names them. What names
 * meant before stays under its key tag.
 * @throws ProblemError
 */
export async function loadRelease(release: Release, choice: Choice, say: Say): Promise<void> {
  const images = chosenImages(release, choice);
  const registry = registryOf(release);
  for (const [index, image] of images.entries()) {
    const { manifest } = await publishedImage(release, image, registry);
    const identity = { digest: image.digest, configDigest: manifest.body.config.digest };
    const reference = referenceOf(release, image);
    const count = `(${index + 1} of ${images.length})`;
    if (await isLoaded(image, identity)) say(`${image.name}: is in the engine ${count}`);
    else {
      say(`${image.name}: fetching ${reference}, up to ${megabytes(image.size)} ${count}`);
      await fetchImageAs(reference, keyedOf(image), (line) => {
        say(`${image.name}: ${line.trim()}`);
      });
    }
    await nameLoaded(image, identity);
  }
  say(`${images.length} images of ${release.name} are in the engine, under their names`);
}

/** Whether the engine has just this image under its key tag. @throws ProblemError */
export async function isLoaded(image: NamedImage, identity: Identity): Promise<boolean> {
  const keyed = keyedOf(image);
  const found = (await inspectImages([keyed])).get(keyed);
  return found !== undefined && isIt(found.id, identity);
}

/**
 * Gives an image its name, if what its key tag means is the image.
 * @throws ProblemError `release-image-mismatch`, `engine-image-mismatch`; the key tag is gone then
 */
export async function nameLoaded(image: NamedImage, identity: Identity): Promise<void> {
  const keyed = keyedOf(image);
  const found = (await inspectImages([keyed])).get(keyed);
  try {
    checkKey(image, found?.labels);
    if (!isIt(found?.id, identity))
      throw new ProblemError({
        code: 'engine-image-mismatch',
        message: `${image.name}: the engine has ${found?.id ?? 'nothing'} as ${keyed}, not ${identity.digest}`,
        mend: 'load it again; if that does not help, see what the engine has: docker image ls --digests',
      });
  } catch (error) {
    if (found !== undefined) await removeImages([keyed]);
    throw error;
  }
  await tagImage(keyed, image.image);
}

const isIt = (id: string | undefined, { digest, configDigest }: Identity): boolean =>
  id === digest || id === configDigest;
