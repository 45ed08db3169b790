import { inspectImages } from '../engine/docker.ts';
import type { BuildJob, InstalledPython } from '../engine/build-job.ts';
import type { PublishingBuilder } from '../engine/publishing-builder.ts';
import { repositoryOf } from '../model/image-name.ts';
import { PYTHON_STAGE } from '../model/spec.ts';
import type { BuildPlan } from '../plan/plan.ts';
import { checkRoom } from '../preflight.ts';
import { referenceIn } from '../registry/lookup.ts';
import { target } from './admit.ts';
import { sayOf, type EnsureContext } from './context.ts';

/** The Python layer of an image, where a registry has it. @throws ProblemError when results are wanted there */
export async function findPython(
  { python }: BuildPlan,
  { registries }: EnsureContext,
): Promise<InstalledPython | undefined> {
  const image = python === undefined ? undefined : await registries.pinned(python);
  if (python === undefined || image === undefined) return undefined;
  return { image, cache: await registries.reference(cacheName(python, image)) };
}

/** The same, installed and published where no image had it before. @throws ProblemError */
export async function ensurePython(
  plan: BuildPlan,
  bases: BuildJob['bases'],
  builder: PublishingBuilder,
  context: EnsureContext,
): Promise<InstalledPython | undefined> {
  const { python } = plan;
  if (python === undefined) return undefined;
  const say = sayOf(plan, context);
  const publish = async (name: string, from?: InstalledPython): Promise<void> => {
    const to = {
      place: 'registry',
      reference: referenceIn(target(context), name),
      stage: PYTHON_STAGE,
    } as const;
    await context.builder.build({ plan, builder: builder.name, bases, python: from, to }, say);
  };
  let found = await findPython(plan, context);
  if (found === undefined) {
    const { name, dataRoot } = builder;
    if (dataRoot !== undefined && !(await inspectImages([plan.image])).has(plan.image))
      await checkRoom([plan], context.root, { dataRoot, builder: name }, say);
    await publish(python);
    found = await findPython(plan, context);
  }
  if (found === undefined) throw new Error(`${python} is not in the registry after it was published`);
  if (found.cache !== undefined) return found;
  const name = cacheName(python, found.image);
  await publish(name, found);
  return { ...found, cache: referenceIn(target(context), name) };
}

/** Of the very image that is copied: of two machines that install one lock at once, each has its own. */
const cacheName = (python: string, image: string): string =>
  `${repositoryOf(python)}:${copyTag(image.replace(/.*@/, ''))}`;

/** Tag of the cache of copying a Python layer. @param digest of its image */
export const copyTag = (digest: string): string => `copy-${digest.replace('sha256:', '').slice(0, 12)}`;
