import type { ProjectGraph, TaskGraph } from '@nx/devkit';
import { Builder } from '../engine/build.ts';
import type { ImageGraph } from '../model/graph.ts';
import type { EnsureContext } from '../places/context.ts';
import { Lookup } from '../registry/lookup.ts';
import { openRegistries } from '../registry/open.ts';
import { dockerfilesOf, optionsOf, planWorkspace, readWorkspace } from '../workspace.ts';

interface NxRun {
  readonly root: string;
  readonly projectName?: string | undefined;
  readonly taskGraph?: TaskGraph | undefined;
  readonly projectGraph: ProjectGraph;
  readonly nxJsonConfiguration: Parameters<typeof optionsOf>[0];
}

/** What every task that touches an image works with. @throws ProblemError */
export function contextOf(
  { root, projectName, taskGraph, projectGraph, nxJsonConfiguration }: NxRun,
  builder = new Builder(root),
): EnsureContext & { graph: ImageGraph } {
  const options = optionsOf(nxJsonConfiguration);
  const dockerfiles = dockerfilesOf(projectGraph);
  const workspace = readWorkspace(root, dockerfiles, options);
  const say = (line: string): void => {
    console.log(line);
  };
  return {
    root,
    builder,
    own: projectName,
    together: Object.values(taskGraph?.tasks ?? {})
      .filter(({ target }) => target.target === 'docker-build')
      .map(({ target }) => target.project),
    graph: workspace.graph,
    plans: planWorkspace(workspace),
    place: options.publish ? 'registry' : 'engine',
    keyNow: (name) => planWorkspace(readWorkspace(root, dockerfiles, options)).get(name)?.key,
    registries: new Lookup(openRegistries(options.registry), options.publish, say),
    say,
  };
}
