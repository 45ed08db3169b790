import type { ExecutorContext } from '@nx/devkit';
import { ProblemError } from '@cp-whisperx-app/problem';
import { PLACE_VARIABLES, type ImagesOptions } from '../options.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Registry } from '../registry/client.ts';
import { openRegistries } from '../registry/open.ts';
import { dockerfilesOf, optionsOf, planWorkspace, readWorkspace } from '../workspace.ts';

type NxRun = Pick<ExecutorContext, 'root' | 'projectGraph' | 'nxJsonConfiguration'>;

/** The plans of the present sources. @throws ProblemError */
export const presentPlans = ({
  root,
  projectGraph,
  nxJsonConfiguration,
}: NxRun): ReadonlyMap<string, BuildPlan> =>
  planWorkspace(readWorkspace(root, dockerfilesOf(projectGraph), optionsOf(nxJsonConfiguration)));

/** The options, with the registry also where it did not answer when the run began: to ask it tells why. @throws ProblemError */
export function optionsOfRun({ nxJsonConfiguration }: Pick<NxRun, 'nxJsonConfiguration'>): ImagesOptions {
  process.env[PLACE_VARIABLES.down] = '';
  return optionsOf(nxJsonConfiguration);
}

/** The registry that results go to. @throws ProblemError `no-registry` */
export function firstRegistry({ registry }: ImagesOptions): Registry {
  const [first] = openRegistries(registry);
  if (first !== undefined) return first;
  throw new ProblemError({
    code: 'no-registry',
    message: 'no registry is named, and a release is what a registry has',
    mend: `set ${PLACE_VARIABLES.registry}=HOST[/PATH]`,
  });
}

/** Tells a person. */
export const say = (line: string): void => {
  console.log(line);
};
