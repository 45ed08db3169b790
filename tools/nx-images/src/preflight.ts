import { ProblemError } from '@cp-whisperx-app/problem';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineInfo, freeDisk, type EngineImage } from './engine/docker.ts';
import type { BuildPlan } from './plan/plan.ts';

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** What a cold build of an image costs, as measured and noted in its folder's size.json. Bytes. */
export interface BuildCost {
  readonly download: number;
  /** In the engine, caches included. */
  readonly disk: number;
}

/**
 * Says what a build will fetch and fill, and stops when the engine's disk has no room for it.
 * @throws ProblemError `disk-too-small`
 */
export async function checkRoom(plan: BuildPlan, root: string, say: (line: string) => void): Promise<void> {
  const cost = readCost(join(root, plan.context, 'size.json'));
  if (cost === undefined) return;
  const { dataRoot } = await engineInfo();
  const free = await freeDisk(dataRoot);
  const room = free === undefined ? '' : `, ${gigabytes(free)} are free`;
  say(`a cold build fetches ${gigabytes(cost.download)} and fills ${gigabytes(cost.disk)}${room}`);
  if (free !== undefined && free < cost.disk)
    throw new ProblemError({
      code: 'disk-too-small',
      message: `${plan.name} needs ${gigabytes(cost.disk)} in ${dataRoot}, and ${gigabytes(free)} are free`,
      file: plan.dockerfile,
      mend: 'docker image prune -a; docker buildx prune',
    });
}

/** @throws ProblemError `wrong-platform` when what was built is for other machines than planned */
export function checkPlatform(plan: BuildPlan, { os, architecture }: EngineImage): void {
  if (`${os}/${architecture}` === plan.platform) return;
  throw new ProblemError({
    code: 'wrong-platform',
    message: `${plan.image} is ${os}/${architecture}, not ${plan.platform}`,
    file: plan.dockerfile,
    line: 1,
    mend: `its root is of another platform: make one for ${plan.platform}, or set NX_IMAGES_PLATFORM`,
  });
}

function readCost(file: string): BuildCost | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BuildCost;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
