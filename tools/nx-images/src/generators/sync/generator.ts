import { readCachedProjectGraph, readNxJson, type Tree } from '@nx/devkit';
import { compileLocks, readVersions, staleLocks, syncPins, versionsFile } from '@cp-whisperx-app/versions';
import { formatProblem } from '@cp-whisperx-app/problem';
import { dockerfilesOf, optionsOf, readWorkspace } from '../../workspace.ts';

/**
 * Brings everything that is derived from versions.txt and the requirements.in up to date: the locks, and the
 * pins in the Dockerfiles. Under `nx sync:check` it only tells what is stale, without network.
 * @throws ProblemError when a set of requirements does not resolve
 */
export default async function sync(tree: Tree): Promise<{ outOfSyncMessage?: string }> {
  // An inferred project is in the graph only: devkit's getProjects reads files.
  const dockerfiles = dockerfilesOf(readCachedProjectGraph());
  const pinned = dockerfiles.filter((file) => syncDockerfile(tree, file));
  const { graph } = readWorkspace(tree.root, dockerfiles, optionsOf(readNxJson(tree) ?? {}));
  const images = [...graph.values()]
    .filter(({ folder }) => tree.exists(`${folder}/requirements.in`))
    .map(({ name, folder, base }) => ({ name, folder, ...(base !== undefined && { base }) }));
  const stale = staleLocks(tree.root, images);
  if (stale.length > 0) {
    // The check only needs to see that something would change; what it would change to takes the network.
    if (process.argv.includes('sync:check'))
      for (const { file } of stale) tree.write(file ?? versionsFile, '');
    else for (const [path, text] of await compileLocks(tree.root, images)) tree.write(path, text);
  }
  const messages = [
    ...pinned.map((file) => `${file}: its ARG lines are not those of ${versionsFile}`),
    ...stale.map(formatProblem),
  ];
  return messages.length === 0 ? {} : { outOfSyncMessage: messages.join('\n') };
}

function syncDockerfile(tree: Tree, file: string): boolean {
  const text = tree.read(file, 'utf8') ?? '';
  const synced = syncPins(text, readVersions(tree.read(versionsFile, 'utf8') ?? '', versionsFile));
  if (synced === text) return false;
  tree.write(file, synced);
  return true;
}
