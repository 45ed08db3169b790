import { parseDockerfile, readStages } from '@cp-whisperx-app/nx-images/api';
import { readRequirements } from '@cp-whisperx-app/versions';
import { imagesOf, type Family, type Source, type Subject } from '../subject.ts';

/** Files of one image by path in its folder; those of its build context are all but what is said of the image itself. */
export type Files = Readonly<Record<string, string>>;

const SAID_OF_IT = ['Dockerfile', '.dockerignore', 'requirements.in', 'requirements.lock'];

const PIN = `@sha256:${'0'.repeat(64)}`;

/** An external image that is pinned. */
export const ROOT = `python:3.11${PIN}`;

/** A last stage that no rule finds fault with, but for what `body` says. */
export const image = (base: string, ...body: readonly string[]): string =>
  [
    `FROM ${base}`,
    'LABEL org.opencontainers.image.title="x" org.opencontainers.image.description="x" org.opencontainers.image.licenses="MIT" org.opencontainers.image.source="https://x"',
    ...body,
    'USER 1000:1000',
    '',
  ].join('\n');

/** A family from the files of its images; `# image: NAME:TAG` on top of a Dockerfile names one, as in the workspace. */
export function familyOf(images: Readonly<Record<string, Files>>): Family {
  const names = new Map(Object.entries(images).map(([name, files]) => [imageOf(files, name), name]));
  return new Map(
    Object.entries(images).map(([name, files]) => [name, subjectOf(name, files, names)] as const),
  );
}

const imageOf = (files: Files, name: string): string =>
  /^# image: (\S+)/.exec(files['Dockerfile'] ?? '')?.[1] ?? `${name}:cpu`;

function subjectOf(name: string, files: Files, names: ReadonlyMap<string, string>): Subject {
  const folder = `images/${name}`;
  const source = (path: string): Source | undefined => {
    const text = files[path];
    return text === undefined ? undefined : { file: `${folder}/${path}`, text };
  };
  const text = files['Dockerfile'] ?? '';
  const dockerfile = parseDockerfile(text, `${folder}/Dockerfile`);
  const { stages } = readStages(dockerfile, { buildArgs: new Map(), platform: 'linux/amd64' });
  const references = imagesOf(stages).map(({ reference }) => reference);
  let last = stages.at(-1);
  while (last?.base.stage !== undefined) last = stages[last.base.stage];
  const requirements = source('requirements.in');
  const lock = source('requirements.lock');
  const context = Object.keys(files).filter((path) => !SAID_OF_IT.includes(path));
  return {
    ...{ name, folder, image: imageOf(files, name), text, dockerfile, stages, lock },
    base: names.get(last?.base.resolved ?? ''),
    family: new Set(references.filter((reference) => names.has(reference))),
    contexts: new Set(references.filter((reference) => reference === 'shared-py')),
    files:
      lock !== undefined && text.includes('requirements.lock') ? [...context, 'requirements.lock'] : context,
    scripts: new Map(Object.entries(files).filter(([, content]) => content.startsWith('#!'))),
    ignore: source('.dockerignore'),
    requirements: requirements && {
      ...requirements,
      ...readRequirements(requirements.text, requirements.file),
    },
  };
}
