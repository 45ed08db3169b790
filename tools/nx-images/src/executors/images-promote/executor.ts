import type { ExecutorContext } from '@nx/devkit';
import { Registry } from '../../registry/client.ts';
import { parseRegistry } from '../../registry/reference.ts';
import { readRelease, writeRelease, writing } from '../../release/files.ts';
import { promoteRelease } from '../../release/promote.ts';
import { say } from '../../release/workspace.ts';
import { task } from '../task.ts';

interface Options {
  readonly release: string;
  readonly to: string;
  readonly output?: string;
}

/** Copies a release to another registry, and writes the file of it there. */
export default function imagesPromote(
  { release: file, to, output }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const release = readRelease(nx.root, file);
    const promoted = await promoteRelease(release, new Registry(parseRegistry(to)), say);
    const written = output ?? `${file.replace(/\.json$/, '')}.${to.replace(/[^\w.-]+/g, '-')}.json`;
    await writing(written, () => writeRelease(nx.root, written, promoted));
    say(`${written} is the release ${release.name} in ${promoted.registry}`);
    return true;
  });
}
