import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheSize, freeDisk } from './engine/docker.ts';
import type { BuildPlan } from './plan/plan.ts';

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** What a cold build of an image costs, as measured and noted in its folder's size.json. Bytes. */
export interface BuildCost {
  readonly download: number;
  /** In the engine, caches included. */
  readonly disk: number;
}

/**
 * Says what the images that the engine has in no version will fetch and fill, and stops when it has no room for
 * them. For images of which it has another version nothing is said: most of their layers are there. What the builder
 * keeps may be theirs under another name, so it counts as room.
 * @param cold plans of those images, bases first
 * @param engine where it keeps its data, and its builder
 * @throws ProblemError `disk-too-small`, or `size-file` for a size.json that can't be read
 */
export async function checkRoom(
  cold: readonly BuildPlan[],
  root: string,
  engine: { readonly dataRoot: string; readonly builder: string },
  say: (line: string) => void,
): Promise<void> {
  const costs = cold.flatMap(({ context }) => readCost(root, `${context}/size.json`) ?? []);
  if (costs.length === 0) return;
  const cost = {
    download: costs.reduce((sum, { download }) => sum + download, 0),
    disk: costs.reduce((sum, { disk }) => sum + disk, 0),
  };
  const names = cold.map(({ name }) => name).join(', ');
  const free = await freeDisk(engine.dataRoot);
  const room = free === undefined ? '' : `, ${gigabytes(free)} are free`;
  say(
    `a cold build of ${names} fetches ${gigabytes(cost.download)} and fills ${gigabytes(cost.disk)}${room}`,
  );
  if (free === undefined || free >= cost.disk) return;
  const kept = await cacheSize(engine.builder);
  if (free + kept >= cost.disk)
    say(
      `warning: there is room only if the ${gigabytes(kept)} that the builder keeps are some of it; else the build stops at a full disk`,
    );
  else throw new ProblemError(roomProblem(names, cost, engine.dataRoot, free));
}

const roomProblem = (names: string, cost: BuildCost, dataRoot: string, free: number): Problem => ({
  code: 'disk-too-small',
  message: `${names} need ${gigabytes(cost.disk)} in ${dataRoot}, and ${gigabytes(free)} are free`,
  mend: 'docker image prune -a; docker buildx prune -a',
});

function readCost(root: string, file: string): BuildCost | undefined {
  let text: string;
  try {
    text = readFileSync(join(root, file), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const cost = parseCost(text);
  if (cost === undefined)
    throw new ProblemError({
      code: 'size-file',
      message: 'this is not {"download": BYTES, "disk": BYTES}',
      file,
      line: 1,
      mend: `write both numbers, or delete ${file}`,
    });
  return cost;
}

function parseCost(text: string): BuildCost | undefined {
  try {
    const { download, disk } = JSON.parse(text) as Partial<BuildCost>;
    return typeof download === 'number' && typeof disk === 'number' ? { download, disk } : undefined;
  } catch {
    return undefined;
  }
}
