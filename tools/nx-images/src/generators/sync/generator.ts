import { readCachedProjectGraph, readNxJson, type Tree } from '@nx/devkit';
import { compileLocks, staleLocks, syncPins, versionsFile, versionsOf } from '@cp-whisperx-app/versions';
import type { LockedImage, Versions } from '@cp-whisperx-app/versions';
import { formatProblem } from '@cp-whisperx-app/problem';
import { chainOf, type ImageGraph } from '../../model/graph.ts';
import { dockerfilesOf, optionsOf, readWorkspace } from '../../workspace.ts';

/**
 * Brings everything that is derived from versions.txt and the requirements.in up to date: the locks, and the
 * pins in the Dockerfiles. Under `nx sync:check` it only tells what is stale, without network.
 * @throws ProblemError when versions.txt is missing or malformed, or a set of requirements does not resolve
 */
export default async function sync(tree: Tree): Promise<{ outOfSyncMessage?: string }> {
  // An inferred project is in the graph only: devkit's getProjects reads files.
  const dockerfiles = dockerfilesOf(readCachedProjectGraph());
  const versions = versionsOf((path) => tree.read(path, 'utf8') ?? undefined);
  const pinned = dockerfiles.filter((file) => syncDockerfile(tree, file, versions));
  const { graph } = readWorkspace(tree.root, dockerfiles, optionsOf(readNxJson(tree) ?? {}));
  const images = lockedImages(graph, (path) => tree.exists(path));
  const stale = staleLocks(tree.root, images);
  if (stale.length > 0) {
    // The check only needs to see that something would change; what it would change to takes the network.
    if (process.argv.includes('sync:check'))
      for (const { file = versionsFile } of stale)
        tree.write(file, `${tree.read(file, 'utf8') ?? ''}stale\n`);
    else for (const [path, text] of await compileLocks(tree.root, images)) tree.write(path, text);
  }
  const messages = [
    ...pinned.map((file) => `${file}: its ARG lines are not those of ${versionsFile}`),
    ...stale.map(formatProblem),
  ];
  return messages.length === 0 ? {} : { outOfSyncMessage: messages.join('\n') };
}

/** The images that have a lock or ask for one, each on the nearest such image of its base chain. */
export function lockedImages(graph: ImageGraph, exists: (path: string) => boolean): LockedImage[] {
  const locked = new Map(
    [...graph.values()]
      .filter(({ folder }) => exists(`${folder}/requirements.in`) || exists(`${folder}/requirements.lock`))
      .map(({ name, folder }) => [name, folder]),
  );
  return [...locked].map(([name, folder]) => ({
    name,
    folder,
    base: chainOf(graph, name).find((base) => locked.has(base)),
  }));
}

function syncDockerfile(tree: Tree, file: string, versions: Versions): boolean {
  const text = tree.read(file, 'utf8') ?? '';
  const synced = syncPins(text, versions);
  if (synced === text) return false;
  tree.write(file, synced);
  return true;
}
