import type { ProjectGraph } from '@nx/devkit';
import type { EnsureContext } from '../ensure.ts';
import type { ImageGraph } from '../model/graph.ts';
import { dockerfilesOf, optionsOf, planWorkspace, readWorkspace } from '../workspace.ts';

interface NxRun {
  readonly root: string;
  readonly projectName?: string | undefined;
  readonly projectGraph: ProjectGraph;
  readonly nxJsonConfiguration: Parameters<typeof optionsOf>[0];
}

/** What every task that touches an image works with. @throws ProblemError */
export function contextOf({
  root,
  projectName,
  projectGraph,
  nxJsonConfiguration,
}: NxRun): EnsureContext & { graph: ImageGraph } {
  const workspace = readWorkspace(root, dockerfilesOf(projectGraph), optionsOf(nxJsonConfiguration));
  return {
    root,
    own: projectName,
    graph: workspace.graph,
    plans: planWorkspace(workspace),
    say: (line) => {
      console.log(line);
    },
  };
}
