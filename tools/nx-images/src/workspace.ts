import type { ProjectGraph } from '@nx/devkit';
import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { linkImages, type ImageGraph } from './model/graph.ts';
import { readSpec, type ImageSpec } from './model/spec.ts';
import { resolveOptions, type ImagesOptions } from './options.ts';
import { planImages, type BuildPlan } from './plan/plan.ts';

/** The name under which nx.json lists this plugin, and the prefix of its executors. */
export const PLUGIN = '@cp-whisperx-app/nx-images';

/** Everything that is known of the images of a workspace without an engine. */
export interface Workspace {
  readonly root: string;
  readonly options: ImagesOptions;
  readonly graph: ImageGraph;
}

/** Reads the Dockerfiles of a workspace. @throws ProblemError with what is wrong in any of them */
export function readWorkspace(
  root: string,
  dockerfiles: readonly string[],
  options: ImagesOptions,
): Workspace {
  const problems: Problem[] = [];
  const read = (file: string): ImageSpec[] => {
    try {
      return [readSpec(readFileSync(join(root, file), 'utf8'), file, options)];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  };
  const specs = dockerfiles.flatMap(read);
  if (problems.length > 0) throw new ProblemError(...problems);
  const contextFolder = (name: string): string | undefined => {
    const folder = options.contexts.replace('{context}', name);
    const found = statSync(join(root, folder), { throwIfNoEntry: false });
    return /^[\w.-]+$/.test(name) && found?.isDirectory() ? folder : undefined;
  };
  return { root, options, graph: linkImages(specs, { imageName: options.imageName, contextFolder }) };
}

/** Where the images' Dockerfiles are. */
export const dockerfilesOf = ({ nodes }: ProjectGraph): readonly string[] =>
  Object.values(nodes).flatMap(({ data }) => {
    const target = data.targets?.['docker-build'];
    if (target?.executor !== `${PLUGIN}:docker-build`) return [];
    return [(target.options as { readonly dockerfile: string }).dockerfile];
  });

/** The plans of all images, bases first. @throws ProblemError */
export const planWorkspace = ({ graph, root, options }: Workspace): ReadonlyMap<string, BuildPlan> =>
  planImages(graph, root, options);

interface NxJson {
  readonly plugins?: readonly (string | { readonly plugin: string; readonly options?: unknown })[];
}

/** The plugin's options as nx.json and the environment give them. @throws ProblemError */
export function optionsOf(nxJson: NxJson): ImagesOptions {
  const entry = nxJson.plugins?.find(
    (plugin) => (typeof plugin === 'string' ? plugin : plugin.plugin) === PLUGIN,
  );
  return resolveOptions(typeof entry === 'object' ? entry.options : undefined, process.env);
}
