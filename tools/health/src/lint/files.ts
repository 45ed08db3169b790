import {
  contextFiles,
  parseDockerfile,
  readStages,
  writeWhole,
  type ImageGraph,
  type ImagesOptions,
  type LinkedImage,
} from '@cp-whisperx-app/nx-images/api';
import { readRequirements } from '@cp-whisperx-app/versions';
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { LintRecord } from './lint.ts';
import { imagesOf, type Family, type Source, type Subject } from './subject.ts';

/**
 * All that the rules look at, of all images.
 * @param root absolute path of the workspace
 * @throws ProblemError where a requirements.in can't be read
 */
export const readFamily = (root: string, graph: ImageGraph, options: ImagesOptions): Family =>
  new Map([...graph].map(([name, image]) => [name, readSubject(root, image, options)]));

function readSubject(root: string, image: LinkedImage, options: ImagesOptions): Subject {
  const { name, folder, text, bases, base } = image;
  const dockerfile = parseDockerfile(text, image.dockerfile);
  // As it is committed, not as a machine's settings change it.
  const { stages } = readStages(dockerfile, { buildArgs: new Map(), platform: options.platform });
  const source = (file: string): Source | undefined => readSource(root, `${folder}/${file}`);
  const requirements = source('requirements.in');
  const own = basename(image.dockerfile);
  const context = contextFiles(join(root, folder), own);
  const files = Object.keys(context);
  const isFolder = (reference: string): boolean =>
    /^[\w.-]+$/.test(reference) &&
    statSync(join(root, options.contexts.replace('{context}', reference)), {
      throwIfNoEntry: false,
    })?.isDirectory() === true;
  return {
    ...{ name, folder, image: image.image, text, dockerfile, stages, base, files },
    family: new Set(bases.keys()),
    contexts: new Set(imagesOf(stages).flatMap(({ reference }) => (isFolder(reference) ? [reference] : []))),
    scripts: new Map(
      files.flatMap((file) => {
        // Whatever it leads to: the context has the link.
        if (context[file]?.startsWith('link:') === true) return [];
        const script = readFileSync(join(root, folder, file), 'utf8');
        return script.startsWith('#!') ? [[file, script] as const] : [];
      }),
    ),
    ignore: source(`${own}.dockerignore`) ?? source('.dockerignore'),
    requirements: requirements && {
      ...requirements,
      ...readRequirements(requirements.text, requirements.file),
    },
    lock: source('requirements.lock'),
  };
}

function readSource(root: string, file: string): Source | undefined {
  try {
    return { file, text: readFileSync(join(root, file), 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** Writes `dist/lint/NAME.json`, whole or not at all. */
export function writeLint(root: string, record: LintRecord): void {
  writeWhole(join(root, 'dist/lint', `${record.name}.json`), `${JSON.stringify(record, null, 2)}\n`);
}
