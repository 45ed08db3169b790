import type { CreateNodes, NxJsonConfiguration, PostTasksExecution, ProjectConfiguration } from '@nx/devkit';
import { readCachedProjectGraph } from '@nx/devkit';
import { minimatch } from 'minimatch';
import { ensureImages, recordImage } from './ensure.ts';
import { contextOf } from './executors/context.ts';
import { imageProject, libraryProject } from './projects.ts';
import { recordedKey } from './receipt.ts';
import { optionsOf, PLUGIN, readWorkspace } from './workspace.ts';

export const name = PLUGIN;

/** One project for each Dockerfile that the options name, and one for each folder that is a named context. */
export const createNodes: CreateNodes = [
  '**/{Dockerfile,Dockerfile.*,*.Dockerfile}',
  (files, _options, { workspaceRoot, nxJsonConfiguration }) => {
    const options = optionsOf(nxJsonConfiguration);
    const dockerfiles = files.filter((file) => minimatch(file, options.dockerfiles));
    const { graph } = readWorkspace(workspaceRoot, dockerfiles, options);
    return [...graph.values()].map((image) => {
      const libraries = [...image.contexts.values()].map((folder) => libraryProject(folder));
      const projects: Record<string, ProjectConfiguration> = {};
      for (const project of [...libraries, imageProject(image)]) projects[project.root] = project;
      return [image.dockerfile, { projects }] as const;
    });
  },
];

/**
 * A hit is an image: what Nx restored from a cache is a receipt, so the images themselves are looked for, and
 * built where they are gone; the receipts then tell of those.
 */
export const postTasksExecution: PostTasksExecution = async (
  _options,
  { taskResults, workspaceRoot, nxJsonConfiguration },
) => {
  const hits = Object.values(taskResults)
    .filter(({ task, status }) => task.target.target === 'docker-build' && /cache/.test(status))
    .map(({ task }) => task.target.project);
  if (hits.length === 0) return;
  const nxJson: NxJsonConfiguration = nxJsonConfiguration;
  const context = contextOf({
    root: workspaceRoot,
    projectGraph: readCachedProjectGraph(),
    nxJsonConfiguration: nxJson,
  });
  const ensured = await ensureImages(hits, context);
  // A key can differ where Nx saw no change: a file that git ignores, another version of this plugin.
  for (const one of ensured)
    if (one.build !== undefined || recordedKey(workspaceRoot, one.plan.name) !== one.plan.key)
      await recordImage(one, context);
  const rebuilt = ensured.filter(({ build }) => build !== undefined).length;
  context.say(
    `\n nx-images: ${hits.length} hits, ${ensured.length} images in the engine, ${rebuilt} of them built anew`,
  );
};
