import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { join } from 'node:path';
import { basename } from 'node:path/posix';
import type { ImageGraph, LinkedImage } from '../model/graph.ts';
import { repositoryOf } from '../model/image-name.ts';
import type { ImagesOptions } from '../options.ts';
import { contextFiles } from './context.ts';
import { imageKey, keyTag, OWN_CONTEXT, sha256, withoutPlace, type KeyInputs } from './key.ts';
import { pythonReference } from './python.ts';

/** Label that holds an image's key. */
export const KEY_LABEL = 'io.github.nx-images.key';

/** What never enters an image, so that no task is redone for it: of an image's folder, and of a named context's. */
export const NEVER_IN_IMAGE = {
  image: [
    'README.md',
    'tests/',
    'requirements.in',
    'packages.txt',
    'budget.json',
    'size.json',
    'stage.json',
    'project.json',
  ],
  library: ['README.md', 'tests/', 'pyproject.toml'],
} as const;

/** How one image is built, and what names it. All paths are relative to the workspace root. */
export interface BuildPlan {
  readonly name: string;
  /** `rajiup/cp-whisperx-app-asr:cuda` */
  readonly image: string;
  /** The same repository with the content tag: `…:key-0123456789ab`. */
  readonly keyed: string;
  readonly key: string;
  readonly inputs: KeyInputs;
  readonly dockerfile: string;
  readonly context: string;
  /** Named contexts that are folders: name → folder. */
  readonly folders: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Secret files by id, of those that the Dockerfile mounts and the options name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Internal images it is made from: reference as its Dockerfile has it → project. */
  readonly bases: Readonly<Record<string, string>>;
  /** Project of the image that its final stage stands on. */
  readonly base?: string | undefined;
  /** Its Python layer by itself, the same for all images with equal inputs of it; see python.ts. */
  readonly python?: string | undefined;
}

/**
 * The plan of every image, bases first.
 * @param root absolute path of the workspace
 * @throws ProblemError when a file would enter an image whose change no task would notice, or a copied file's
 * mode would depend on the checkout.
 */
export function planImages(
  graph: ImageGraph,
  root: string,
  options: ImagesOptions,
): ReadonlyMap<string, BuildPlan> {
  const plans = new Map<string, BuildPlan>();
  const problems: Problem[] = [];
  const folders = new Map<string, Readonly<Record<string, string>>>();
  const libraryFiles = (folder: string): Readonly<Record<string, string>> => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const files = contextFiles(join(root, folder));
    problems.push(...unhashed(folder, files, NEVER_IN_IMAGE.library));
    folders.set(folder, files);
    return files;
  };
  for (const image of graph.values()) {
    const files = contextFiles(join(root, image.folder), basename(image.dockerfile));
    problems.push(...unhashed(image.folder, files, NEVER_IN_IMAGE.image), ...modeless(image));
    const named = [...image.contexts].map(([name, folder]) => [name, libraryFiles(folder)] as const);
    plans.set(
      image.name,
      planOf(image, { ...Object.fromEntries(named), [OWN_CONTEXT]: files }, plans, options),
    );
  }
  if (problems.length > 0) throw new ProblemError(...problems);
  return plans;
}

function planOf(
  image: LinkedImage,
  files: KeyInputs['files'],
  plans: ReadonlyMap<string, BuildPlan>,
  options: ImagesOptions,
): BuildPlan {
  const base = image.base === undefined ? undefined : plans.get(image.base);
  const bases = [...image.bases].map(([reference, name]) => {
    const plan = plans.get(name);
    if (plan === undefined) throw new Error(`${name} has no plan yet: the graph is not in build order`);
    return { reference, plan };
  });
  const labels: Record<string, string> =
    base === undefined ? {} : { 'org.opencontainers.image.base.name': base.image };
  const inputs: KeyInputs = {
    schema: 1,
    dockerfile: sha256(image.text),
    files,
    args: Object.fromEntries([...image.args].map(([name, value]) => [name, withoutPlace(name, value)])),
    platform: options.platform,
    frontend: image.frontend,
    labels,
    externals: image.externals,
    bases: Object.fromEntries(bases.map(({ plan }) => [plan.name, plan.key])),
  };
  const key = imageKey(inputs);
  return {
    name: image.name,
    image: image.image,
    keyed: `${repositoryOf(image.image)}:${keyTag(key)}`,
    key,
    inputs,
    dockerfile: image.dockerfile,
    context: image.folder,
    folders: Object.fromEntries(image.contexts),
    buildArgs: Object.fromEntries(
      Object.entries(options.buildArgs).filter(([name]) => image.declaredArgs.includes(name)),
    ),
    platform: options.platform,
    labels: { ...labels, [KEY_LABEL]: key },
    secrets: Object.fromEntries(Object.entries(options.secrets).filter(([id]) => image.secrets.includes(id))),
    bases: Object.fromEntries(image.bases),
    base: image.base,
    python: pythonReference(image, inputs, options.imageName),
  };
}

function unhashed(
  folder: string,
  files: Readonly<Record<string, string>>,
  never: readonly string[],
): Problem[] {
  const strays = Object.keys(files).filter((path) =>
    never.some((rule) => path === rule || (rule.endsWith('/') && path.startsWith(rule))),
  );
  return strays.slice(0, 1).map((stray) => ({
    code: 'context-file-not-hashed',
    message: `${stray} would enter a build, but no task notices its change`,
    file: `${folder}/.dockerignore`,
    mend: `exclude it in ${folder}/.dockerignore`,
  }));
}

function modeless(image: LinkedImage): Problem[] {
  const fromFolders = image.copiesWithoutMode.filter(
    ({ reference }) => reference === '' || image.contexts.has(reference),
  );
  return fromFolders.map(({ line }) => ({
    code: 'copy-without-chmod',
    message: 'the mode of what is copied here would depend on the checkout (umask, operating system)',
    file: image.dockerfile,
    line,
    mend: 'add --chmod=0644, or --chmod=0755 for a folder or a program',
  }));
}
