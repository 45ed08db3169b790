import type { ExecutorContext } from '@nx/devkit';
import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { ensureImages } from '../../ensure.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { contextOf } from '../context.ts';
import { task } from '../task.ts';

interface Options {
  readonly images: readonly string[];
  readonly command: string;
}

/** Sees to it that images are in the engine, then runs a command that finds their names in its environment. */
export default function withImages(
  { images, command }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    for (const image of images)
      if (!context.plans.has(image))
        throw new ProblemError({
          code: 'unknown-image',
          message: `${nx.projectName ?? ''}:${nx.targetName ?? ''} uses the image ${image}, which is not in this workspace`,
          mend: `name one of ${[...context.plans.keys()].sort().join(', ')}`,
        });
    const ensured = await ensureImages(images, 'engine', context);
    return run(command, nx.root, imageVariables(ensured.map(({ plan }) => plan)));
  });
}

/** The name of each image by its key, under `IMAGE_` and its project's name in capitals. Pure. */
export const imageVariables = (plans: readonly BuildPlan[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    plans.map(({ name, keyed }) => [`IMAGE_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`, keyed]),
  );

function run(command: string, cwd: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  const child = spawn('sh', ['-c', command], { cwd, env: { ...process.env, ...env }, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve(code === 0);
    });
  });
}
