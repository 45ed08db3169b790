import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linkImages, type LinkedImage } from './model/graph.ts';
import { readSpec } from './model/spec.ts';
import { resolveOptions } from './options.ts';
import { familyProject, imageProject, libraryProject } from './projects.ts';

const OPTIONS = resolveOptions({ imageName: 'o/{name}:{tag}' }, {});
const ASR =
  'ARG ROOT=r\nFROM o/base AS x\nARG V\nFROM docker.io/o/base\nCOPY --chmod=0644 --from=shared a /\nCOPY --from=x / /';

function linked(name: string): LinkedImage {
  const specs = Object.entries({ asr: ASR, base: 'FROM scratch' }).map(([folder, text]) =>
    readSpec(text, `images/${folder}/Dockerfile`, OPTIONS),
  );
  const image = linkImages(specs, {
    imageName: OPTIONS.imageName,
    contextFolder: (context) => (context === 'shared' ? 'libs/shared-py' : undefined),
  }).get(name);
  if (image === undefined) throw new Error(name);
  return image;
}

test('an image is a project with the edges of its Dockerfile, and no others', () => {
  expect(imageProject(linked('asr'))).toMatchObject({
    name: 'asr',
    root: 'images/asr',
    projectType: 'application',
    tags: ['image'],
    implicitDependencies: ['base', 'shared-py'],
  });
  expect(imageProject(linked('base')).implicitDependencies).toEqual([]);
});

test('docker-build redoes what entered the image or its bases, and keeps the receipt', () => {
  expect(imageProject(linked('asr')).targets?.['docker-build']).toMatchObject({
    executor: '@cp-whisperx-app/nx-images:docker-build',
    options: { dockerfile: 'images/asr/Dockerfile' },
    cache: true,
    dependsOn: ['^docker-build'],
    inputs: ['image', '^image', { externalDependencies: [] }],
    outputs: ['{workspaceRoot}/dist/images/asr.json'],
  });
});

test('docker-test stands on the build of its own image, and on the tests of its bases', () => {
  expect(imageProject(linked('asr')).targets?.['docker-test']).toMatchObject({
    executor: '@cp-whisperx-app/nx-images:docker-test',
    cache: true,
    dependsOn: ['docker-build'],
    inputs: ['image', '^image', 'tests', '^tests', { externalDependencies: [] }],
  });
});

test('what enters an image: its folder but for what never does, and the environment that its key reads', () => {
  expect(imageProject(linked('asr')).namedInputs?.['image']).toEqual([
    '{projectRoot}/**/*',
    '!{projectRoot}/README.md',
    '!{projectRoot}/tests/**/*',
    '!{projectRoot}/requirements.in',
    '!{projectRoot}/packages.txt',
    '!{projectRoot}/budget.json',
    '!{projectRoot}/size.json',
    '!{projectRoot}/stage.json',
    '!{projectRoot}/project.json',
    ...['DOCKERFILES', 'IMAGE_NAME', 'CONTEXTS', 'PLATFORM', 'ARG_ROOT', 'ARG_V'].map((variable) => ({
      env: `NX_IMAGES_${variable}`,
    })),
  ]);
});

test('the tests of an image', () => {
  expect(imageProject(linked('asr')).namedInputs?.['tests']).toEqual([
    '{projectRoot}/tests/**/*',
    '{workspaceRoot}/images/conftest.py',
    '{projectRoot}/requirements.in',
  ]);
});

test('a library', () => {
  expect(libraryProject('libs/shared-py')).toEqual({
    name: 'shared-py',
    root: 'libs/shared-py',
    projectType: 'library',
    namedInputs: {
      image: [
        '{projectRoot}/**/*',
        '!{projectRoot}/README.md',
        '!{projectRoot}/tests/**/*',
        '!{projectRoot}/pyproject.toml',
      ],
      tests: [],
    },
  });
});

test('the family: its verbs, none of them from a cache, and nothing that an image or a run of all builds would start', () => {
  const { name, root, targets = {} } = familyProject('images');
  expect({ name, root }).toEqual({ name: 'images', root: 'images' });
  const executors = (
    JSON.parse(readFileSync(new URL('../executors.json', import.meta.url), 'utf8')) as { executors: object }
  ).executors;
  const verbs = Object.keys(executors).filter((executor) => executor.startsWith('images-'));
  expect(
    Object.values(targets)
      .map(({ executor }) => executor)
      .sort(),
  ).toEqual(verbs.map((verb) => `@cp-whisperx-app/nx-images:${verb}`).sort());
  for (const [verb, target] of Object.entries(targets))
    expect(target).toMatchObject({ executor: `@cp-whisperx-app/nx-images:images-${verb}`, cache: false });
  expect(familyProject('images').namedInputs).toBeUndefined();
  expect(familyProject('images').implicitDependencies).toBeUndefined();
});
