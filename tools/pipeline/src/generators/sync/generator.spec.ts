import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { flushChanges, FsTree } from 'nx/src/generators/tree';
import { expect, test, vi } from 'vitest';
import sync from './generator.ts';

const there = vi.hoisted(() => ({ names: [] as readonly string[] }));
vi.mock('@nx/devkit', async (original) => {
  const project = (name: string): object => ({
    data: {
      root: `images/${name}`,
      targets: {
        'docker-build': {
          executor: '@cp-whisperx-app/nx-images:docker-build',
          options: { dockerfile: `images/${name}/Dockerfile` },
        },
      },
    },
  });
  const nodes = (): object => Object.fromEntries(there.names.map((name) => [name, project(name)]));
  return { ...(await original<object>()), readCachedProjectGraph: () => ({ nodes: nodes() }) };
});

const FILES = ['compose.yaml', 'deploy/argo/workflow.yaml', 'docs/pipeline.md'];
const DIGEST = `python:3@sha256:${'1'.repeat(64)}`;
const json = (input: unknown, output = 'o.json'): string =>
  JSON.stringify({ inputs: { '--input': input }, outputs: { '--output': output } });

/** Three stages on a base: demux ← vad ← asr, which can do without vad. */
const WORKSPACE: Readonly<Record<string, string>> = {
  'nx.json': JSON.stringify({
    plugins: [{ plugin: '@cp-whisperx-app/nx-images', options: { imageName: 'o/app-{name}:{tag}' } }],
  }),
  'images/base/Dockerfile': `# image: base:cuda\nFROM ${DIGEST}\n`,
  'images/demux/Dockerfile': `# image: demux:cpu\nFROM ${DIGEST}\n`,
  'images/demux/stage.json': json('film', 'audio.wav'),
  'images/vad/Dockerfile': '# image: vad:cuda\nFROM o/app-base:cuda\n',
  'images/vad/stage.json': json('demux/audio.wav'),
  'images/asr/Dockerfile':
    '# image: asr:cuda\nFROM o/app-base:cuda\nLABEL org.opencontainers.image.description="words out"\n',
  'images/asr/stage.json': json(['vad/o.json', 'demux/audio.wav']),
};

function workspace(change: Readonly<Record<string, string>> = {}): string {
  const root = tempFolder();
  writeFiles(root, { ...WORKSPACE, ...change });
  return root;
}

/** Runs the generator over the folders that are there, and writes what it changes. */
function run(root: string): { message: string | undefined; changed: readonly string[] } {
  there.names = ['asr', 'base', 'demux', 'vad'].filter((name) => existsSync(join(root, `images/${name}`)));
  const tree = new FsTree(root, false);
  const { outOfSyncMessage: message } = sync(tree);
  const changes = tree.listChanges();
  flushChanges(root, changes);
  return { message, changed: changes.map(({ path }) => path).sort() };
}

const read = (root: string, path: string): string => new FsTree(root, false).read(path, 'utf8') ?? '';

test('what follows from the stages is written once', () => {
  const root = workspace();
  const first = run(root);
  expect(first.changed).toEqual(FILES);
  expect(first.message?.split('\n')).toHaveLength(3);
  expect(read(root, 'docs/pipeline.md')).toContain(
    '| 3 | asr | GPU | vad/o.json | o.json | no |  | words out |',
  );
  expect(read(root, 'docs/pipeline.md')).not.toContain('base');
  expect(run(root)).toEqual({ message: undefined, changed: [] });
});

test.each(FILES)('%s is told and made anew where it was edited by hand', (path) => {
  const root = workspace();
  run(root);
  writeFiles(root, { [path]: read(root, path).replaceAll('vad', 'edited') });
  expect(run(root)).toMatchObject({
    message: `${path} does not follow the stage.json files`,
    changed: [path],
  });
  expect(read(root, path)).not.toContain('edited');
});

test('a stage whose folder is deleted is gone from everything', () => {
  const root = workspace();
  run(root);
  const tree = new FsTree(root, false);
  tree.delete('images/vad');
  flushChanges(root, tree.listChanges());
  expect(run(root).changed).toEqual(FILES);
  for (const path of FILES) expect(read(root, path)).not.toContain('vad');
  expect(read(root, 'compose.yaml')).toContain('--input=/data/demux/audio.wav');
});

test('one that another must have is told with that one', () => {
  const root = workspace({ 'images/asr/stage.json': json('vad/o.json') });
  const tree = new FsTree(root, false);
  tree.delete('images/vad');
  flushChanges(root, tree.listChanges());
  expect(problemsOf(() => run(root))).toMatchObject([
    { code: 'unknown-stage', file: 'images/asr/stage.json' },
  ]);
});

test('a workspace without stages has no pipeline', () => {
  const root = tempFolder();
  writeFiles(root, { 'nx.json': WORKSPACE['nx.json'] ?? '', 'images/base/Dockerfile': `FROM ${DIGEST}\n` });
  expect(run(root)).toEqual({ message: undefined, changed: [] });
});

test('all that is wrong in any stage.json is told at once', () => {
  const root = workspace({ 'images/asr/stage.json': '{', 'images/vad/stage.json': '[]' });
  expect(problemsOf(() => run(root)).map(({ file }) => file)).toEqual([
    'images/asr/stage.json',
    'images/vad/stage.json',
  ]);
});
