import type { CreateNodes, NxJsonConfiguration, PostTasksExecution, ProjectConfiguration } from '@nx/devkit';
import { readCachedProjectGraph } from '@nx/devkit';
import { minimatch } from 'minimatch';
import { contextOf } from './executors/context.ts';
import { ensureHits, tellHits, tellPublished } from './hits.ts';
import { familyProject, imageProject, libraryProject } from './projects.ts';
import { writeSummary } from './summary.ts';
import { optionsOf, PLUGIN, readWorkspace } from './workspace.ts';

export { preTasksExecution } from './nx-cache/hook.ts';

export const name = PLUGIN;

/** One project for each Dockerfile that the options name, and one for each folder that is a named context. */
export const createNodes: CreateNodes = [
  '**/{Dockerfile,Dockerfile.*,*.Dockerfile}',
  (files, _options, { workspaceRoot, nxJsonConfiguration }) => {
    const options = optionsOf(nxJsonConfiguration);
    const dockerfiles = files.filter((file) => minimatch(file, options.dockerfiles));
    const { graph } = readWorkspace(workspaceRoot, dockerfiles, options);
    // The family lies where its folders do; where that is the workspace itself, there is a project already.
    const [folder = ''] = options.dockerfiles.split(/\/?[^/]*[*?{[]/);
    const family = folder === '' ? [] : [familyProject(folder)];
    return [...graph.values()].map((image) => {
      const libraries = [...image.contexts.values()].map((context) => libraryProject(context));
      const projects: Record<string, ProjectConfiguration> = {};
      for (const project of [...family, ...libraries, imageProject(image)]) projects[project.root] = project;
      return [image.dockerfile, { projects }] as const;
    });
  },
];

/**
 * A hit is an image: what Nx restored from a cache is a receipt, so the images themselves are looked for where this run
 * wants them, brought or built where they are gone; the receipts then tell of those.
 */
export const postTasksExecution: PostTasksExecution = async (
  _options,
  { taskResults, workspaceRoot, nxJsonConfiguration },
) => {
  const ends = Object.values(taskResults)
    .filter(({ task }) => task.target.target === 'docker-build')
    .map(({ task, status, code }) => ({
      name: task.target.project,
      failed: code !== 0,
      hit: /cache/.test(status),
    }));
  if (ends.length === 0) return;
  const names = (chosen: typeof ends): string[] => chosen.map(({ name }) => name);
  const done = ends.filter(({ failed }) => !failed);
  const hits = names(done.filter(({ hit }) => hit));
  const nxJson: NxJsonConfiguration = nxJsonConfiguration;
  const { publish } = optionsOf(nxJson);
  if (hits.length > 0 || (publish && done.length > 0)) {
    const context = contextOf({
      root: workspaceRoot,
      projectGraph: readCachedProjectGraph(),
      nxJsonConfiguration: nxJson,
    });
    const ensured = await ensureHits(hits, context);
    const told = publish ? await tellPublished(names(done), context) : tellHits(ensured);
    context.say(`\n nx-images: ${told}`);
  }
  writeSummary(workspaceRoot, ends, process.env['GITHUB_STEP_SUMMARY']);
};
