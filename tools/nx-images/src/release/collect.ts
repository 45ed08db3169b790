import { ProblemError } from '@cp-whisperx-app/problem';
import type { BuildPlan } from '../plan/plan.ts';
import type { Registry } from '../registry/client.ts';
import { checkBase, findImage, transferSize } from '../registry/images.ts';
import { referenceIn } from '../registry/lookup.ts';
import { inParallel } from './parallel.ts';
import type { Release, ReleaseImage } from './release.ts';

const REQUESTS = 8;

/**
 * What a registry has under the keys of plans, if it has all, each standing on its base of the same release.
 * @throws ProblemError `release-incomplete`, and as `findImage` and `checkBase`
 */
export async function collectImages(
  plans: ReadonlyMap<string, BuildPlan>,
  registry: Registry,
): Promise<Release['images']> {
  const found = await inParallel([...plans.values()], REQUESTS, (plan) => findImage(registry, plan));
  const published = new Map([...plans.keys()].map((name, index) => [name, found[index]]));
  const missing = [...plans.values()].filter(({ name }) => published.get(name) === undefined);
  if (missing.length > 0)
    throw new ProblemError({
      code: 'release-incomplete',
      message: `${registry.address.host} does not have all images of these sources:\n${missing
        .map(({ name, keyed }) => `    ${name}: ${referenceIn(registry, keyed)}`)
        .join('\n')}`,
      mend: 'NX_IMAGES_PUBLISH=true npx nx run-many -t docker-build',
    });
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
