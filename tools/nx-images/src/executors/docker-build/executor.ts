import type { ExecutorContext } from '@nx/devkit';
import { Builder } from '../../engine/build.ts';
import { ensureImages, recordImage } from '../../ensure.ts';
import { contextOf } from '../context.ts';
import { task } from '../task.ts';

/** Sees to it that the project's image is in the engine with the key of its sources, and writes its receipt. */
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
      const [ensured] = await ensureImages([nx.projectName ?? ''], context);
      if (ensured === undefined) return false;
      await recordImage(ensured, context);
      const { plan, build } = ensured;
      const how = build === undefined ? 'was in the engine' : `built in ${build.seconds.toFixed(1)} s`;
      context.say(`${plan.image} ${how} (${plan.keyed})`);
      return true;
    });
  } finally {
    builder.close();
  }
}
