import { lockedImages, optionsOf, readWorkspace } from '@cp-whisperx-app/nx-images/api';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { planUpdate } from './plan.ts';

vi.setConfig({ testTimeout: 300_000 });

/** This workspace; nothing is written to it. */
const root = ((): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'nx.json'))) folder = dirname(folder);
  return folder;
})();

const nxJson = JSON.parse(readFileSync(join(root, 'nx.json'), 'utf8')) as Parameters<typeof optionsOf>[0];
const folders = readdirSync(join(root, 'images')).map((name) => `images/${name}`);
const there = (path: string): boolean => existsSync(join(root, path));
const dockerfiles = folders.map((folder) => `${folder}/Dockerfile`).filter(there);
const { graph } = readWorkspace(root, dockerfiles, optionsOf(nxJson));
const images = lockedImages(graph, there);
const plan = (...words: string[]) =>
  planUpdate(root, images, graph, { words, excludeNewer: undefined, now: new Date(), say: () => undefined });

/** Texts of the files that an update writes. */
const files = (): readonly string[] =>
  [
    'libs/versions/versions.txt',
    'libs/versions/locks.json',
    'libs/installer/uv.lock',
    'libs/installer/build.lock',
  ]
    .concat('CHANGELOG.md', folders.map((folder) => `${folder}/requirements.lock`).filter(there))
    .map((path) => readFileSync(join(root, path), 'utf8'));

test('a package of two images comes into these two', async () => {
  const { affected, locks } = await plan('spacy=3.8.11');
  expect(affected).toEqual(
    ['post-ner', 'pre-ner'].map((name) => ({ name, why: [`images/${name}/requirements.lock`] })),
  );
  for (const { packages } of locks) expect(packages).toContain('spacy 3.8.7 → 3.8.11');
});

test('torch brings torchaudio and its CUDA wheels, and comes into all that stands on base-cuda', async () => {
  const { affected, locks, moves } = await plan('torch=2.8.0');
  expect(moves.map(({ name, to }) => `${name} ${to}`)).toEqual(['torch 2.8.0', 'torchaudio 2.8.0']);
  const [cuda] = locks.filter(({ path }) => path === 'images/base-cuda/requirements.lock');
  expect(cuda?.packages.some((one) => one.startsWith('nvidia-'))).toBe(true);
  const names = affected.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['base-cuda', 'base-ml', 'asr', 'lyrics']));
  expect(names).not.toContain('base-cpu');
  expect(names).not.toContain('pre-ner');
});

test.each([
  [
    'what two images can not take',
    ['numpy=2.1.0'],
    /asr asks for whisperx==3\.7\.2, which needs numpy>=2\.0\.2,<2\.1\.0, but its base base-cpu has numpy 2\.1\.0/,
  ],
  ['a version that is not there', ['numpy=2.0.99'], /the index has no numpy 2\.0\.99/],
  [
    'a version from after the cut-off',
    ['numpy=2.4.0'],
    /numpy 2\.4\.0 was released after the cut-off date 2025-11-20T00:00:00Z/,
  ],
])('%s is said in a sentence, and every file is as it was', async (_, words, sentence) => {
  const before = files();
  await expect(plan(...words)).rejects.toThrow(sentence);
  expect(files()).toEqual(before);
});
