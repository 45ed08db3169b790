import { basename, dirname } from 'node:path/posix';
import { parseDockerfile, readStages, stagesFor, type Stage } from '../dockerfile/index.ts';
import type { ImagesOptions } from '../options.ts';
import { imageNameOf } from './image-name.ts';
import { argsOf, referencesOf, stageInputs, type Reference, type StageInputs } from './stage-inputs.ts';

export type { Reference } from './stage-inputs.ts';

/** Name of the stage that holds an image's Python layer and nothing else. */
export const PYTHON_STAGE = 'python';

/** What one Dockerfile says by itself, before its references are looked up. */
export interface ImageSpec {
  /** Name of the folder and of the Nx project. */
  readonly name: string;
  /** Relative to the workspace root, as `dockerfile` is. */
  readonly folder: string;
  readonly dockerfile: string;
  readonly text: string;
  /** Full name with tag. */
  readonly image: string;
  readonly frontend: string;
  /** What each argument holds: the default, or what the options give. One of a stage reads `INDEX.NAME`. */
  readonly args: ReadonlyMap<string, string>;
  /** Names of all arguments that can be given. */
  readonly declaredArgs: readonly string[];
  /** What the image and its Python layer need from outside of the file, each once, in the order of the stages. */
  readonly references: readonly Reference[];
  /** The external reference under the final stage, through all stages between. */
  readonly finalBase?: string | undefined;
  /** Ids of the secrets that its RUN steps mount. */
  readonly secrets: readonly string[];
  /** COPY and ADD that keep the mode of what they take; `reference` is where from, empty for the build context. */
  readonly copiesWithoutMode: readonly Reference[];
  /** What its Python layer is made from, where it has a stage of that name. */
  readonly python?: StageInputs | undefined;
}

/**
 * Reads one Dockerfile.
 * @param file path relative to the workspace root, with `/`
 * @throws ProblemError when it does not parse or its image would have no legal name
 */
export function readSpec(text: string, file: string, options: ImagesOptions): ImageSpec {
  const folder = dirname(file);
  const name = basename(folder);
  const dockerfile = parseDockerfile(text, file);
  const buildArgs = new Map(Object.entries(options.buildArgs));
  const { stages, globalArgs } = readStages(dockerfile, { buildArgs, platform: options.platform });
  // The Python layer is published by itself, also where the image takes it from a stage below.
  const python = stagesFor(
    stages,
    stages.findLastIndex((stage) => stage.name === PYTHON_STAGE),
  );
  const needed = stages.filter((stage) => stage.needed || python.has(stage.index));
  const references = needed.flatMap(referencesOf);
  return {
    name,
    folder,
    dockerfile: file,
    text,
    image: imageNameOf(options.imageName, name, text, file),
    frontend: dockerfile.directives.syntax ?? 'builtin',
    args: new Map([
      ...argsOf(globalArgs),
      ...needed.flatMap(({ index, args }) => argsOf(args, `${String(index)}.`)),
    ]),
    declaredArgs: [...new Set([globalArgs, ...needed.map(({ args }) => args)].flat().map((arg) => arg.name))],
    references: references.filter(
      (one, at) => references.findIndex((other) => other.reference === one.reference) === at,
    ),
    finalBase: finalBase(stages),
    secrets: needed.flatMap((stage) =>
      stage.mounts.flatMap((mount) => (mount.type === 'secret' && mount.id ? [mount.id] : [])),
    ),
    copiesWithoutMode: needed.flatMap((stage) =>
      stage.copies
        .filter(({ from, flags }) => from?.kind !== 'stage' && !flags.some((flag) => flag.name === 'chmod'))
        .filter(({ sources }) => !sources.every(isRemote))
        .map(({ from, line }) => ({ reference: from?.resolved ?? '', line })),
    ),
    python: stageInputs(dockerfile, stages, text, PYTHON_STAGE),
  };
}

/** What ADD fetches. A heredoc is no source at all: its text, and so its mode, stands in the Dockerfile. */
const isRemote = (source: string): boolean => /^(\w+:\/\/|git@)/.test(source);

function finalBase(stages: readonly Stage[]): string | undefined {
  let stage = stages.at(-1);
  while (stage?.base.kind === 'stage') stage = stages[stage.base.stage ?? -1];
  return stage?.base.kind === 'image' ? stage.base.resolved : undefined;
}
