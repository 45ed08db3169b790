import type { ExecutorContext } from '@nx/devkit';
import { ProblemError } from '@cp-whisperx-app/problem';
import { Builder } from '../../engine/build.ts';
import { ensureImages, recordImage } from '../../ensure.ts';
import { contextOf } from '../context.ts';

/** Sees to it that the project's image is in the engine with the key of its sources, and writes its receipt. */
export default async function dockerBuild(
  _options: object,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  const builder = new Builder(nx.root);
  try {
    // Where Nx found no hit there is most likely something to build.
    builder.prepare();
    const name = nx.projectName ?? '';
    const context = { ...contextOf(nx), builder };
    const [ensured] = await ensureImages([name], context);
    if (ensured === undefined) return { success: false };
    await recordImage(ensured, context);
    const { plan, build } = ensured;
    const how = build === undefined ? 'was in the engine' : `built in ${build.seconds.toFixed(1)} s`;
    context.say(`${plan.image} ${how} (${plan.keyed})`);
    return { success: true };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    console.error(`\n${error.message}\n`);
    return { success: false };
  } finally {
    builder.close();
  }
}
