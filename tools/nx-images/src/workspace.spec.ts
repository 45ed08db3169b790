import type { ProjectGraph } from '@nx/devkit';
import { afterEach, expect, test, vi } from 'vitest';
import { resolveOptions } from './options.ts';
import { imageProject } from './projects.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { brief, problemsOf } from './testing/problems.ts';
import { dockerfilesOf, optionsOf, planWorkspace, readWorkspace, type Workspace } from './workspace.ts';

const PLUGIN = '@cp-whisperx-app/nx-images';
const OPTIONS = resolveOptions({ imageName: 'o/{name}:{tag}' }, {});
const PIN = `p@sha256:${'1'.repeat(64)}`;

function read(files: Readonly<Record<string, string>>): Workspace {
  const root = tempFolder();
  writeFiles(root, files);
  return readWorkspace(
    root,
    Object.keys(files).filter((file) => file.endsWith('Dockerfile')),
    OPTIONS,
  );
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what is wrong in any Dockerfile is told at once', () => {
  const problems = problemsOf(() =>
    read({
      'a/Dockerfile': 'FRUN',
      'b/Dockerfile': `FROM ${PIN}`,
      'c/Dockerfile': '# image: C:d\nFROM scratch',
    }),
  );
  expect(problems.map(brief)).toEqual(['a/Dockerfile:1 unknown-instruction', 'c/Dockerfile:1 image-name']);
});

test.each<[what: string, name: string, files: Readonly<Record<string, string>>, folder: string | undefined]>([
  ['a folder of that name', 'shared', { 'libs/shared/a': '' }, 'libs/shared'],
  ['a file of that name', 'shared', { 'libs/shared': '' }, undefined],
  ['nothing of that name', 'shared', {}, undefined],
  ['a reference with a tag', 'shared:1', { 'libs/shared/a': '' }, undefined],
  ['a path', 'more/shared', { 'libs/more/shared/a': '' }, undefined],
])('a named context: %s', (_what, name, files, folder) => {
  const dockerfile = { 'images/asr/Dockerfile': `FROM scratch\nCOPY --chmod=0644 --from=${name} / /\n` };
  const contexts = (): unknown =>
    read({ ...dockerfile, ...files })
      .graph.get('asr')
      ?.contexts.get(name);
  if (folder === undefined) expect(problemsOf(contexts)).toHaveLength(1);
  else expect(contexts()).toBe(folder);
});

test('a Dockerfile is found again by its project, whatever its name', () => {
  const { graph } = read({
    'images/asr/gpu.Dockerfile': `FROM ${PIN}`,
    'images/vad/Dockerfile': `FROM ${PIN}`,
  });
  const nodes = Object.fromEntries(
    [...graph.values()].map((image) => [image.name, { data: imageProject(image) }]),
  );
  const other = {
    data: {
      root: 'images/x',
      targets: { 'docker-build': { executor: 'other:docker-build', options: { dockerfile: 'x' } } },
    },
  };
  expect(dockerfilesOf({ nodes: { ...nodes, other } } as unknown as ProjectGraph)).toEqual([
    'images/asr/gpu.Dockerfile',
    'images/vad/Dockerfile',
  ]);
});

test('a Dockerfile has the .dockerignore of its own name', () => {
  const workspace = read({
    'images/asr/gpu.Dockerfile': `FROM ${PIN}`,
    'images/asr/gpu.Dockerfile.dockerignore': '*\n!a',
    'images/asr/a': '',
    'images/asr/b': '',
  });
  expect(Object.keys(planWorkspace(workspace).get('asr')?.inputs.files[''] ?? {})).toEqual(['a']);
});

test.each<[what: string, plugins: Parameters<typeof optionsOf>[0]['plugins'], imageName: string]>([
  ['no plugins', undefined, '{name}:{tag}'],
  ['its name alone', [PLUGIN], '{name}:{tag}'],
  [
    'with options',
    [
      'a',
      { plugin: 'b', options: { imageName: 'b' } },
      { plugin: PLUGIN, options: { imageName: 'o/{name}:{tag}' } },
    ],
    'o/{name}:{tag}',
  ],
])('options of nx.json: %s', (_what, plugins, imageName) => {
  vi.stubEnv('NX_IMAGES_PLATFORM', 'linux/riscv64');
  expect(optionsOf(plugins === undefined ? {} : { plugins })).toMatchObject({
    imageName,
    platform: 'linux/riscv64',
  });
});
