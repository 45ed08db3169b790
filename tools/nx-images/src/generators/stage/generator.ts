import { readCachedProjectGraph, readNxJson, type Tree } from '@nx/devkit';
import { ProblemError } from '@cp-whisperx-app/problem';
import { versionsOf } from '@cp-whisperx-app/versions';
import { dirname } from 'node:path/posix';
import { tagOf } from '../../model/image-name.ts';
import { chainOf, type ImageGraph } from '../../model/graph.ts';
import { dockerfilesOf, optionsOf, readWorkspace } from '../../workspace.ts';
import { nameProblem } from './names.ts';
import type { StageFacts } from './templates/facts.ts';
import { stageFiles } from './templates/folder.ts';

interface StageOptions {
  readonly name: string;
  readonly device: 'cpu' | 'gpu';
  readonly description?: string | undefined;
}

/** Project of the image that a new stage stands on. */
const BASES = { cpu: 'base-cpu', gpu: 'base-ml' } as const;

/**
 * Writes the folder of a new stage, which builds and passes its tests as it is.
 * @returns what tells the user, after the files are written, what comes next
 * @throws ProblemError for a name that can't be, a folder that is there, or a family without the base
 */
export default function stage(tree: Tree, options: StageOptions): () => void {
  const { name, device, description = 'audio in: how loud it is from second to second out' } = options;
  const projects = readCachedProjectGraph();
  const images = optionsOf(readNxJson(tree) ?? {});
  const { graph } = readWorkspace(tree.root, dockerfilesOf(projects), images);
  const base = baseOf(graph, device);
  const folder = dirname(images.dockerfiles).replace(/\*+$/, name);
  const taken = {
    projects: new Set(Object.keys(projects.nodes)),
    packages: packagesUnder(tree, graph, base.project),
    images: new Map([...graph.values()].map((one) => [one.image, one.name])),
  };
  const image = images.imageName.replace('{name}', name).replace('{tag}', base.tag);
  const problem =
    nameProblem(name, folder, image, taken) ?? folderProblem(tree, folder) ?? descriptionProblem(description);
  if (problem !== undefined) throw new ProblemError(problem);
  const { builder } = versionsOf((path) => tree.read(path, 'utf8') ?? undefined);
  for (const [file, text] of Object.entries(stageFiles({ name, device, description, builder, base })))
    tree.write(`${folder}/${file}`, text);
  return () => {
    console.log(`\n${next(name, folder)}`);
  };
}

function baseOf(graph: ImageGraph, device: 'cpu' | 'gpu'): StageFacts['base'] {
  const project = BASES[device];
  const image = graph.get(project)?.image;
  if (image !== undefined) return { project, image, tag: tagOf(image) };
  throw new ProblemError({
    code: 'no-base',
    message: `no Dockerfile makes the image ${project}, which a stage for the ${device.toUpperCase()} stands on`,
    mend: `copy the folder of another stage, and let its last FROM name one of ${[...graph.values()].map((one) => one.image).join(', ')}`,
  });
}

/** Packages that the locks of an image and of those under it install. */
function packagesUnder(tree: Tree, graph: ImageGraph, image: string): ReadonlySet<string> {
  const folders = [image, ...chainOf(graph, image)].map((name) => graph.get(name)?.folder ?? name);
  const locks = folders.map((folder) => tree.read(`${folder}/requirements.lock`, 'utf8') ?? '');
  return new Set(
    locks.flatMap((lock) => [...lock.matchAll(/^([a-z0-9-]+)==/gm)].map(([, name]) => name ?? '')),
  );
}

const folderProblem = (tree: Tree, folder: string) =>
  tree.exists(folder)
    ? {
        code: 'stage-exists',
        message: 'the folder is there already',
        file: folder,
        mend: `delete it (rm -r ${folder}), or give the stage another name`,
      }
    : undefined;

/** The text stands in a label, in a docstring and in a string of Python, each on one line. */
const descriptionProblem = (text: string) =>
  /^[^"\\$\p{C}]{1,70}$/u.test(text) && text.trim() === text && !/[.\s]$/.test(text)
    ? undefined
    : {
        code: 'stage-description',
        message: `"${text}" is no description: one line of 1 to 70 characters without ", \\ and $, and no full stop at its end`,
        mend: `give one like --description "audio in: where somebody speaks out"`,
      };

const next = (name: string, folder: string): string =>
  [
    `${folder} is a whole stage: it takes demux's wav and writes ${name}.json. Make it yours (docs/add-a-stage.md), and:`,
    `  npx nx sync                     its lock, and all that is derived from the folders`,
    `  npx nx run ${name}:docker-build`,
    `  npx nx run ${name}:docker-test`,
  ].join('\n');
