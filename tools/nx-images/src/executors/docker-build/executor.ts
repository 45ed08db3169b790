import type { ExecutorContext } from '@nx/devkit';
import { Builder } from '../../engine/build.ts';
import { ensureImages, recordImage } from '../../ensure.ts';
import { contextOf } from '../context.ts';
import { task } from '../task.ts';

/** Sees to it that the project's image is where this run wants it, with the key of its sources; writes its receipt. */
export default async function dockerBuild(
  _options: object,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  const builder = new Builder(nx.root);
  // Where Nx found no hit there is most likely something to build.
  builder.prepare();
  try {
    return await task(async () => {
      const context = contextOf(nx, builder);
      const { place } = context;
      const [ensured] = await ensureImages([nx.projectName ?? ''], place, context);
      if (ensured === undefined) return false;
      await recordImage(ensured, place, context);
      const { plan, build, how } = ensured;
      const came = {
        found: `was in the ${place}`,
        brought: `came from the ${place === 'engine' ? 'registry' : 'engine'}`,
        built: `built in ${build?.seconds.toFixed(1) ?? '?'} s`,
      };
      context.say(`${plan.image} ${came[how]} (${ensured.published?.reference ?? plan.keyed})`);
      return true;
    });
  } finally {
    builder.close();
  }
}
