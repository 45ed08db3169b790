import { ProblemError } from '@cp-whisperx-app/problem';
import { setTimeout as wait } from 'node:timers/promises';
import { tagOf } from '../model/image-name.ts';
import { KEY_LABEL, type BuildPlan } from '../plan/plan.ts';
import type { Registry } from '../registry/client.ts';
import {
  checkBase,
  checkImage,
  findImage,
  readImage,
  transferSize,
  type PublishedImage,
} from '../registry/images.ts';
import { referenceIn } from '../registry/lookup.ts';
import { repositoryIn } from '../registry/reference.ts';
import { basePlan, type EnsureContext, type Ensured } from './context.ts';

/**
 * Tag of what is pushed and not looked at yet: only what proves right gets a key tag. The docker driver of buildx
 * can't push without a tag.
 */
export const UNVERIFIED = 'unverified';

/**
 * How long another run may take from seeing that a key tag is not there to setting it: registries have no way to set a
 * tag only where there is none. Afterwards all who set it see the same.
 */
const SETTLE_MS = 500;

/** The registry that results go to. */
export function target({ registries }: EnsureContext): Registry {
  const [first] = registries.registries;
  if (first === undefined) throw new Error('publishing without a registry');
  return first;
}

/**
 * Gives what was pushed its key tag, if it is what was planned. The first that comes keeps the tag.
 * @param digest of the manifest that was pushed
 * @param base what it was built on
 * @throws ProblemError
 */
export async function admit(
  plan: BuildPlan,
  digest: string,
  base: PublishedImage | undefined,
  context: EnsureContext,
): Promise<PublishedImage> {
  const registry = target(context);
  const repository = repositoryIn(registry.address, plan.image);
  const pushed = await readImage(registry, plan.image, digest);
  if (pushed === undefined) throw lost(plan, `${registry.address.host}/${repository}@${digest}`);
  checkImage(pushed, plan);
  if (base !== undefined) checkBase(pushed, base, plan);
  const { bytes, mediaType } = pushed.manifest;
  if ((await findImage(registry, plan)) === undefined) {
    await registry.pushManifest(repository, tagOf(plan.keyed), bytes, mediaType);
    await wait(SETTLE_MS);
  }
  context.registries.forget(plan);
  const admitted = await context.registries.image(plan, basePlan(plan, context));
  if (admitted === undefined) throw lost(plan, referenceIn(registry, plan.keyed));
  return admitted;
}

/**
 * Makes the layers of other images of the registry the image's too, so that they are not sent a second time.
 * @param references `HOST/REPOSITORY@sha256:…` or `HOST/REPOSITORY:TAG`
 * @throws ProblemError
 */
export async function shareLayers(
  plan: BuildPlan,
  references: readonly (string | undefined)[],
  context: EnsureContext,
): Promise<void> {
  const registry = target(context);
  const repository = repositoryIn(registry.address, plan.image);
  for (const reference of references) {
    const [, from, id] =
      /^(.+?)[@:]((?:sha256:)?[^:/]+)$/.exec(reference?.replace(`${registry.address.host}/`, '') ?? '') ?? [];
    if (from === undefined || id === undefined || from === repository) continue;
    const layers = (await registry.manifest(from, id))?.body.layers ?? [];
    await Promise.all(layers.map(({ digest }) => registry.mountBlob(repository, digest, from)));
  }
}

/**
 * Sets the name of an image right. What a registry behind the first has stays as it is named there.
 * @returns what the name meant before, where that was another image of this family
 * @throws ProblemError
 */
export async function nameImage(
  plan: BuildPlan,
  published: PublishedImage,
  context: EnsureContext,
): Promise<Ensured['former']> {
  const registry = target(context);
  const repository = repositoryIn(registry.address, plan.image);
  const { digest, bytes, mediaType } = published.manifest;
  if (published.reference !== `${registry.address.host}/${repository}@${digest}`) return undefined;
  const tag = tagOf(plan.image);
  const named = await registry.manifest(repository, tag);
  if (named?.digest === digest) return undefined;
  const former = named && (await readImage(registry, plan.image, named.digest));
  await registry.pushManifest(repository, tag, bytes, mediaType);
  const key = former?.labels[KEY_LABEL];
  if (former === undefined || key === undefined) return undefined;
  return { key, size: transferSize(former.manifest.body.layers) };
}

const lost = (plan: BuildPlan, reference: string): ProblemError =>
  new ProblemError({
    code: 'registry-lost-image',
    message: `${reference} was pushed, and the registry does not have it`,
    mend: `npx nx run ${plan.name}:docker-build; if that does not help, look into the registry`,
  });
