import { dockerfilesOf, optionsOf, readWorkspace } from '@cp-whisperx-app/nx-images/api';
import { readCachedProjectGraph, readNxJson, type Tree } from '@nx/devkit';
import { derivedFiles } from '../../derived/files.ts';
import { linkStages } from '../../model/pipeline.ts';
import { readStages } from '../../workspace.ts';

/**
 * Brings what follows from the stage.json files up to date: compose.yaml, docs/pipeline.md, the Argo workflow.
 * @throws ProblemError when a stage.json is malformed, or the stages don't fit together
 */
export default function sync(tree: Tree): { outOfSyncMessage?: string } {
  const read = (path: string): string | undefined => tree.read(path, 'utf8') ?? undefined;
  const options = optionsOf(readNxJson(tree) ?? {});
  const { graph } = readWorkspace(tree.root, dockerfilesOf(readCachedProjectGraph()), options);
  const pipeline = linkStages(readStages(graph, read));
  if (pipeline.length === 0) return {};
  const stale = Object.entries(derivedFiles(pipeline, options.imageName, read)).filter(
    ([path, text]) => read(path) !== text,
  );
  for (const [path, text] of stale) tree.write(path, text);
  if (stale.length === 0) return {};
  return {
    outOfSyncMessage: stale.map(([path]) => `${path} does not follow the stage.json files`).join('\n'),
  };
}
