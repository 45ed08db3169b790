import { ProblemError } from '@cp-whisperx-app/problem';
import type { Builder } from '../engine/build.ts';
import type { EngineImage } from '../engine/docker.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { PublishedImage } from '../registry/images.ts';
import type { Lookup } from '../registry/lookup.ts';

/** Where an image is wanted. */
export type Place = 'engine' | 'registry';

/** What `ensureImages` needs to know of the workspace. */
export interface EnsureContext {
  readonly root: string;
  readonly plans: ReadonlyMap<string, BuildPlan>;
  /** The image whose task this is: its lines need no name before them. */
  readonly own?: string | undefined;
  /** Images that this run builds or finds, the own one among them. */
  readonly together: readonly string[];
  /** Where results of this run are wanted. */
  readonly place: Place;
  readonly registries: Lookup;
  /** The key of an image by its sources as they are now, which may not be as they were planned. */
  readonly keyNow: (name: string) => string | undefined;
  readonly builder: Builder;
  readonly say: (line: string) => void;
}

/** An image, and how it came to be where it was asked for. */
export interface Ensured {
  readonly plan: BuildPlan;
  /** As the engine has it, where it was wanted there. */
  readonly loaded?: EngineImage | undefined;
  /** As the registry has it, where it was wanted or found there. */
  readonly published?: PublishedImage | undefined;
  readonly how: 'found' | 'brought' | 'built';
  /** What it took, and by what; undefined when it was not built. */
  readonly build?: { readonly seconds: number; readonly by: string } | undefined;
  /** What was under its name before, of another key. */
  readonly former?: { readonly key: string; readonly size: number } | undefined;
}

/** The plan of an image. @throws Error when there is no such image */
export function planOf(name: string, { plans }: Pick<EnsureContext, 'plans'>): BuildPlan {
  const plan = plans.get(name);
  if (plan === undefined) throw new Error(`there is no image ${name} in this workspace`);
  return plan;
}

/** Tells of an image, with its name where that is not the task's own. */
export const sayOf =
  ({ name }: BuildPlan, { own, say }: EnsureContext): ((line: string) => void) =>
  (line) => {
    say(name === own ? line : `${name}: ${line}`);
  };

/** The plan of the image that an image stands on. */
export const basePlan = (
  { base }: BuildPlan,
  context: Pick<EnsureContext, 'plans'>,
): BuildPlan | undefined => (base === undefined ? undefined : planOf(base, context));

/**
 * Called when an image is built, before its key means anything: somebody may have edited a file since it was planned.
 * @throws ProblemError `sources-changed`
 */
export function checkUnchanged({ name, key, context: folder }: BuildPlan, { keyNow }: EnsureContext): void {
  if (keyNow(name) === key) return;
  throw new ProblemError({
    code: 'sources-changed',
    message: `${name} was built while what it is made from was edited, so nobody knows what is in it`,
    file: folder,
    mend: `npx nx run ${name}:docker-build`,
  });
}
