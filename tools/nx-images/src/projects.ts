import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { basename, dirname } from 'node:path/posix';
import type { LinkedImage } from './model/graph.ts';
import { argVariable, OPTION_VARIABLES } from './options.ts';
import { NEVER_IN_IMAGE } from './plan/plan.ts';
import { receiptPath } from './receipt.ts';
import { PLUGIN } from './workspace.ts';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** The Nx project of an image: its targets, and the edges that its Dockerfile asks for. Pure. */
export function imageProject(image: LinkedImage): ProjectConfiguration {
  return {
    name: image.name,
    root: image.folder,
    projectType: 'application',
    tags: ['image'],
    metadata: { description: image.image, technologies: ['docker'] },
    implicitDependencies: [
      ...new Set([...image.bases.values(), ...[...image.contexts.values()].map(libraryName)]),
    ],
    namedInputs: {
      image: [...filesBut(NEVER_IN_IMAGE.image), ...environmentInputs(image)],
      // pytest reads the conftest.py of parent folders too.
      tests: [
        '{projectRoot}/tests/**/*',
        `{workspaceRoot}/${dirname(image.folder)}/conftest.py`,
        '{projectRoot}/requirements.in',
      ],
    },
    targets: { 'docker-build': dockerBuild(image), 'docker-test': dockerTest(image) },
  };
}

/** The Nx project of a folder that images copy from. Pure. */
export function libraryProject(folder: string): ProjectConfiguration {
  return {
    name: libraryName(folder),
    root: folder,
    projectType: 'library',
    namedInputs: { image: filesBut(NEVER_IN_IMAGE.library), tests: [] },
  };
}

/** Verbs of the family as a whole, each an executor `images-VERB`: what it does. */
const VERBS = {
  load: 'Brings the images of this workspace, of a release or of a bundle into the engine',
  release: 'Writes the digests of all images that belong together into one file',
  promote: 'Copies a release to another registry, digest by digest',
  prune:
    'Tells which key tags nobody needs, in the registry and in the engine, and removes them when told to',
  bundle: 'Puts a release into an OCI layout, for a machine without a network',
} as const;

/** The Nx project of the family as a whole: `nx run images:release`. Pure. */
export function familyProject(folder: string): ProjectConfiguration {
  // Nx hashes also what it does not cache, and can't take files of a project that may have none of its own.
  const inputs = [{ externalDependencies: [] }];
  const targets = Object.entries(VERBS).map(([verb, description]) => [
    verb,
    { executor: `${PLUGIN}:images-${verb}`, cache: false, inputs, metadata: { description } },
  ]);
  return {
    name: FAMILY,
    root: folder,
    projectType: 'library',
    targets: Object.fromEntries(targets) as ProjectConfiguration['targets'] & object,
  };
}

/** Name of the project that stands for all images. */
export const FAMILY = 'images';

const filesBut = (never: readonly string[]): string[] => [
  '{projectRoot}/**/*',
  ...never.map((path) => `!{projectRoot}/${path.endsWith('/') ? `${path}**/*` : path}`),
];

const libraryName = (folder: string): string => basename(folder);

function dockerBuild(image: LinkedImage): TargetConfiguration {
  return {
    executor: `${PLUGIN}:docker-build`,
    options: { dockerfile: image.dockerfile },
    cache: true,
    dependsOn: ['^docker-build'],
    // What enters the image, and what enters its bases. No npm package does.
    inputs: ['image', '^image', { externalDependencies: [] }],
    outputs: [`{workspaceRoot}/${receiptPath(image.name)}`],
    metadata: { description: `Builds ${image.image}` },
  };
}

function dockerTest(image: LinkedImage): TargetConfiguration {
  return {
    executor: `${PLUGIN}:docker-test`,
    cache: true,
    dependsOn: ['docker-build'],
    inputs: ['image', '^image', 'tests', '^tests', { externalDependencies: [] }],
    metadata: { description: `Runs the tests of ${image.image} and of the images under it, inside it` },
  };
}

function environmentInputs(image: LinkedImage): Inputs {
  const variables = [...Object.values(OPTION_VARIABLES), ...[...image.declaredArgs].map(argVariable)];
  return variables.map((env) => ({ env }));
}
