import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkImages, type ImageGraph } from '../model/graph.ts';
import { readSpec } from '../model/spec.ts';
import { resolveOptions, type ImagesOptions } from '../options.ts';
import { planImages, type BuildPlan } from '../plan/plan.ts';
import { writeFiles } from './folders.ts';

const ROOT = `python:3@sha256:${'1'.repeat(64)}`;
const IGNORE = (...names: readonly string[]): string =>
  ['*', ...names.map((name) => `!${name}`), ''].join('\n');

const leaf = (base: string, name: string): string =>
  [
    `FROM o/app-${base}`,
    'RUN --mount=type=secret,id=ca --mount=target=/lock,source=requirements.lock true',
    'COPY --chmod=0755 --from=shared src /app',
    `COPY --chmod=0644 ${name}.py /app/`,
  ].join('\n');

/** A family of five: base ← demux; base ← ml ← asr, vad. The three leaves copy from libs/shared. */
export const SOURCES: Readonly<Record<string, string>> = {
  'images/base/Dockerfile': [
    '# image: base:cpu',
    `ARG ROOT=${ROOT}`,
    'FROM ${ROOT}',
    'ARG SNAPSHOT_MIRROR=',
    'RUN --mount=type=secret,id=ca true',
  ].join('\n'),
  'images/ml/Dockerfile': '# image: ml:cuda\nFROM o/app-base:cpu\nCOPY --chmod=0644 weights /\n',
  'images/ml/weights': 'weights',
  'images/demux/Dockerfile': leaf('base:cpu', 'demux'),
  'images/asr/Dockerfile': `# syntax=docker/dockerfile:1\n${leaf('ml:cuda', 'asr')}`,
  'images/vad/Dockerfile': leaf('ml:cuda', 'vad'),
  ...Object.fromEntries(['base', 'ml'].map((name) => [`images/${name}/.dockerignore`, IGNORE('weights')])),
  ...Object.fromEntries(
    ['demux', 'asr', 'vad'].flatMap((name) => [
      [`images/${name}/.dockerignore`, IGNORE('requirements.lock', `${name}.py`)],
      [`images/${name}/${name}.py`, 'pass\n'],
      [`images/${name}/requirements.lock`, 'a==1\n'],
      [`images/${name}/README.md`, 'text\n'],
      [`images/${name}/tests/test_it.py`, 'pass\n'],
    ]),
  ),
  'libs/shared/.dockerignore': IGNORE('src'),
  'libs/shared/src/a.py': 'pass\n',
  'libs/shared/README.md': 'text\n',
};

export const NAMES = ['asr', 'base', 'demux', 'ml', 'vad'] as const;

/** Writes the family, with changes by path, into a folder. */
export const writeSources = (root: string, changes: Readonly<Record<string, string>> = {}): void => {
  writeFiles(root, { ...SOURCES, ...changes });
};

/** Links the family as it lies in `root`. @throws ProblemError */
export function linkSources(root: string, options = optionsWith()): ImageGraph {
  const specs = NAMES.map((name) => `images/${name}/Dockerfile`).map((file) =>
    readSpec(readFileSync(join(root, file), 'utf8'), file, options),
  );
  const contextFolder = (name: string): string | undefined => (name === 'shared' ? 'libs/shared' : undefined);
  return linkImages(specs, { imageName: options.imageName, contextFolder });
}

/** Plans the family as it lies in `root`. @throws ProblemError */
export function planSources(
  root: string,
  given: object = {},
  env: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, BuildPlan> {
  const options = optionsWith(given, env);
  return planImages(linkSources(root, options), root, options);
}

const optionsWith = (given: object = {}, env: Readonly<Record<string, string>> = {}): ImagesOptions =>
  resolveOptions({ imageName: 'o/app-{name}:{tag}', ...given }, env);

/** The key of each image of the family. */
export const keysOf = (plans: ReadonlyMap<string, BuildPlan>): Readonly<Record<string, string>> =>
  Object.fromEntries([...plans.values()].map(({ name, key }) => [name, key]));
