import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { PLACE_VARIABLES } from '../options.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Registry } from '../registry/client.ts';
import { checkBase, findImage, transferSize } from '../registry/images.ts';
import { addressText, referenceIn } from '../registry/lookup.ts';
import { inParallel } from './parallel.ts';
import type { Release, ReleaseImage } from './release.ts';

const REQUESTS = 8;

/**
 * What a registry has under the keys of plans, if it has all, each standing on its base of the same release.
 * @param others registries that are asked where the images are which that one does not have
 * @throws ProblemError `release-incomplete`, and as `findImage` and `checkBase`
 */
export async function collectImages(
  plans: ReadonlyMap<string, BuildPlan>,
  registry: Registry,
  others: readonly Registry[] = [],
): Promise<Release['images']> {
  const found = await inParallel([...plans.values()], REQUESTS, (plan) => findImage(registry, plan));
  const published = new Map([...plans.keys()].map((name, index) => [name, found[index]]));
  const missing = [...plans.values()].filter(({ name }) => published.get(name) === undefined);
  if (missing.length > 0) throw await incomplete([...plans.values()], missing, registry, others);
  const images: Record<string, ReleaseImage> = {};
  for (const plan of plans.values()) {
    const image = published.get(plan.name);
    const base = published.get(plan.base ?? '');
    if (image === undefined) continue;
    if (base !== undefined) checkBase(image, base, plan);
    const { digest, body } = image.manifest;
    images[plan.name] = {
      image: plan.image,
      key: plan.key,
      digest,
      size: transferSize(body.layers),
      base: plan.base,
      python: plan.python,
    };
  }
  return images;
}

async function incomplete(
  plans: readonly BuildPlan[],
  missing: readonly BuildPlan[],
  registry: Registry,
  others: readonly Registry[],
): Promise<ProblemError> {
  const failures: Problem[] = [];
  const having = new Map<Registry, ReadonlySet<BuildPlan>>();
  for (const other of others)
    try {
      const found = await inParallel(plans, REQUESTS, (plan) => findImage(other, plan));
      having.set(other, new Set(plans.filter((_, index) => found[index] !== undefined)));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      failures.push(...error.problems);
    }
  const homes = (plan: BuildPlan): readonly string[] =>
    others.filter((other) => having.get(other)?.has(plan)).map(addressText);
  const whole = others.find((other) => having.get(other)?.size === plans.length);
  const elsewhere = missing.some((plan) => homes(plan).length > 0);
  const lines = missing.map((plan) => {
    const [home] = homes(plan);
    return `    ${plan.name}: ${referenceIn(registry, plan.keyed)}${home === undefined ? '' : `, which ${homes(plan).join(' and ')} has`}`;
  });
  const publishing = 'NX_IMAGES_PUBLISH=true npx nx run-many -t docker-build';
  return new ProblemError(
    {
      code: 'release-incomplete',
      message: `${addressText(registry)} does not have all images of these sources:\n${lines.join('\n')}`,
      mend:
        whole !== undefined
          ? `${PLACE_VARIABLES.registry}=${addressText(whole)} npx nx run images:release`
          : // What a later registry has is published in none before it.
            elsewhere
            ? `${PLACE_VARIABLES.registry}=${addressText(registry)} ${publishing}`
            : publishing,
    },
    ...failures,
  );
}
