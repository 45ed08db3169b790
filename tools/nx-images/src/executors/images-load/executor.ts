import { ProblemError } from '@cp-whisperx-app/problem';
import type { ExecutorContext } from '@nx/devkit';
import { resolve } from 'node:path';
import { Builder } from '../../engine/build.ts';
import { ensureImages } from '../../ensure.ts';
import { readRelease } from '../../release/files.ts';
import { loadBundle } from '../../release/load-bundle.ts';
import { loadRelease } from '../../release/load.ts';
import { noSuchImage } from '../../release/published.ts';
import { say } from '../../release/workspace.ts';
import { optionsOf } from '../../workspace.ts';
import { contextOf } from '../context.ts';
import { task } from '../task.ts';

interface Options {
  readonly release?: string;
  readonly bundle?: string;
  readonly images?: readonly string[];
}

/** Brings images into the engine: of a release, of a bundle, or else of the present sources. */
export default function imagesLoad(
  { release, bundle, images = [] }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    if (release !== undefined && bundle !== undefined)
      throw new ProblemError({
        code: 'load-from-two',
        message: 'images come from a release or from a bundle, not from both',
        mend: 'give either --release or --bundle; a bundle has its release in it',
      });
    const choice = { names: images, imageName: optionsOf(nx.nxJsonConfiguration).imageName };
    if (bundle !== undefined) await loadBundle(resolve(nx.root, bundle), choice, say);
    else if (release !== undefined) await loadRelease(readRelease(nx.root, release), choice, say);
    else await loadPresent(images, nx);
    return true;
  });
}

async function loadPresent(images: readonly string[], nx: ExecutorContext): Promise<void> {
  const builder = new Builder(nx.root);
  try {
    const context = contextOf(nx, builder);
    const all = [...context.plans.keys()];
    const unknown = images.filter((name) => !all.includes(name));
    if (unknown.length > 0) throw noSuchImage(unknown, all);
    const names = all.filter((name) => images.length === 0 || images.includes(name));
    const ensured = await ensureImages(names, 'engine', { ...context, own: undefined, together: names });
    for (const { plan, how } of ensured) say(`${plan.name}: ${HOW[how]} (${plan.keyed})`);
  } finally {
    builder.close();
  }
}

const HOW = { found: 'was in the engine', brought: 'came from the registry', built: 'was built' } as const;
