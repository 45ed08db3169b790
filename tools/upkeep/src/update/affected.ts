import type { LinkedImage } from '@cp-whisperx-app/nx-images/api';

/** An image that is another when files change, and why. */
export interface Affected {
  readonly name: string;
  /** `images/asr/requirements.lock`, `base-ml, which stands on base-cuda`. */
  readonly why: readonly string[];
}

type Image = Pick<LinkedImage, 'name' | 'folder' | 'bases' | 'contexts'>;

/**
 * The images that changed files come into, and those on them, bases first. A file comes into an image when it is in the
 * image's folder or in one of its named contexts. Pure.
 * @param graph bases first
 * @param paths of files that are part of what they stand beside: Dockerfiles, locks
 */
export function affectedImages(
  graph: ReadonlyMap<string, Image>,
  paths: readonly string[],
): readonly Affected[] {
  const affected = new Map<string, readonly string[]>();
  for (const { name, folder, bases, contexts } of graph.values()) {
    const folders = [folder, ...contexts.values()];
    const own = paths.filter((path) => folders.some((one) => path.startsWith(`${one}/`)));
    const below = [...new Set(bases.values())].filter((base) => affected.has(base));
    const why = [...own, ...below.map((base) => chainText(base, graph, affected))];
    if (why.length > 0) affected.set(name, why);
  }
  return [...affected].map(([name, why]) => ({ name, why }));
}

/** From a base to the first image under it that is affected by itself. */
function chainText(
  base: string,
  graph: ReadonlyMap<string, Image>,
  affected: ReadonlyMap<string, readonly string[]>,
): string {
  const [under] = [...(graph.get(base)?.bases.values() ?? [])].filter((name) => affected.has(name));
  return under === undefined ? `on ${base}` : `on ${base} ${chainText(under, graph, affected)}`;
}

/** The names. */
export const namesOf = (affected: readonly Affected[]): readonly string[] => affected.map(({ name }) => name);
