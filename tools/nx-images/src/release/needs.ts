import { canonicalReference, repositoryOf } from '../model/image-name.ts';
import type { BuildPlan } from '../plan/plan.ts';
import { keyedOf, type Release } from './release.ts';

/** Something that needs images: the present tree, a branch, a release. */
export interface Source {
  readonly name: string;
  /** References by key or lock: `rajiup/cp-whisperx-app-asr:key-0123456789ab`. */
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/** What is needed, and by what. */
export interface Needs {
  /** By reference, in its canonical spelling. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  readonly digests: ReadonlyMap<string, readonly string[]>;
  /** Repositories of all that is needed: of the family's, those that anything knows. */
  readonly repositories: ReadonlySet<string>;
}

/** What the sources of plans need. */
export const sourceOfPlans = (name: string, plans: Iterable<BuildPlan>): Source => ({
  name,
  tags: [...plans].flatMap(({ keyed, python }) => [keyed, ...(python === undefined ? [] : [python])]),
  digests: [],
});

/** What a release needs. */
export const sourceOfRelease = (name: string, { images }: Release): Source => ({
  name,
  tags: Object.values(images).flatMap((image) => [
    keyedOf(image),
    ...(image.python === undefined ? [] : [image.python]),
  ]),
  digests: Object.values(images).map(({ digest }) => digest),
});

/** What sources need together. */
export function needsOf(sources: readonly Source[]): Needs {
  const tags = new Map<string, string[]>();
  const digests = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, what: string, name: string): void => {
    const names = to.get(what) ?? [];
    if (!names.includes(name)) names.push(name);
    to.set(what, names);
  };
  for (const source of sources) {
    for (const tag of source.tags) add(tags, canonicalReference(tag), source.name);
    for (const digest of source.digests) add(digests, digest, source.name);
  }
  return { tags, digests, repositories: new Set([...tags.keys()].map(repositoryOf)) };
}

/** `main, releases/v1.json and 3 more` */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
