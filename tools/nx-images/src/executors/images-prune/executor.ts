import type { ExecutorContext } from '@nx/devkit';
import { prune, type PruneOptions } from '../../release/prune.ts';
import { firstRegistry, optionsOfRun, presentPlans, say } from '../../release/workspace.ts';
import { task } from '../task.ts';

/** Tells what nothing needs in the registry and in the engine, and removes it when told to. */
export default function imagesPrune(
  options: PruneOptions,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const resolved = optionsOfRun(nx);
    const registry = resolved.registry === '' ? undefined : firstRegistry(resolved);
    const { imageName } = resolved;
    await prune({ root: nx.root, plans: presentPlans(nx), imageName, registry }, options, say);
    return true;
  });
}
