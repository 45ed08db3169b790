import { canonicalReference, repositoryOf, tagOf } from '../model/image-name.ts';
import type { BuildPlan } from '../plan/plan.ts';
import { keyedOf, type Release } from './release.ts';

/** Something that needs images: the present tree, a branch, a release. */
export interface Source {
  readonly name: string;
  readonly kind: 'tree' | 'release';
  /** References by key or lock: `rajiup/cp-whisperx-app-asr:key-0123456789ab`. */
  readonly tags: readonly string[];
  readonly digests: readonly string[];
}

/** What is needed, and by what. */
export interface Needs {
  /** By reference, in its canonical spelling. */
  readonly tags: ReadonlyMap<string, readonly string[]>;
  readonly digests: ReadonlyMap<string, readonly string[]>;
  /** References by key of the present tree and of branches, in their canonical spelling. */
  readonly keys: ReadonlySet<string>;
  /** Repositories of all that is needed: of the family's, those that anything knows. */
  readonly repositories: ReadonlySet<string>;
}

/** What the sources of plans need. */
export const sourceOfPlans = (name: string, plans: Iterable<BuildPlan>): Source => ({
  name,
  kind: 'tree',
  tags: [...plans].flatMap(({ keyed, python }) => [keyed, ...(python === undefined ? [] : [python])]),
  digests: [],
});

/** What a release needs. */
export const sourceOfRelease = (name: string, { images }: Release): Source => ({
  name,
  kind: 'release',
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
  const ofTrees = sources.filter(({ kind }) => kind === 'tree').flatMap((source) => source.tags);
  return {
    tags,
    digests,
    keys: new Set(ofTrees.map(canonicalReference).filter((tag) => isKeyTag(tagOf(tag)))),
    repositories: new Set([...tags.keys()].map(repositoryOf)),
  };
}

/** Whether a tag is made from a key. */
export const isKeyTag = (tag: string): boolean => /^key-[0-9a-f]{12}$/.test(tag);

/** `main, releases/v1.json and 3 more` */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
