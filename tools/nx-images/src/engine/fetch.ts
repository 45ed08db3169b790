import { pullImage, removeImages, tagImage } from './docker.ts';

/**
 * Brings an image from its registry into the engine, under one name and no other.
 * @param reference by digest
 * @param name of the family's
 * @param say takes one line for each layer that has come
 * @throws ProblemError
 */
export async function fetchImageAs(
  reference: string,
  name: string,
  say: (line: string) => void,
): Promise<void> {
  await pullImage(reference, say);
  await tagImage(reference, name);
  await removeImages([reference]);
}
