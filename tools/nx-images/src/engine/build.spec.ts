import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { containerOptions, workerEnvironment } from './build.ts';

test('a plan as options of nx-container', () => {
  const root = join('/', 'work space');
  expect(containerOptions(planWith(), root, 'desktop-linux')).toEqual({
    quiet: true,
    builder: 'desktop-linux',
    context: join(root, 'images/asr'),
    file: join(root, 'images/asr/Dockerfile'),
    tags: ['o/app-asr:key-aaaaaaaaaaaa', 'o/app-asr:cuda'],
    platforms: ['linux/amd64'],
    'build-contexts': [
      `shared=${join(root, 'libs/shared')}`,
      'o/app-ml:cuda=docker-image://o/app-ml:key-bbbbbbbbbbbb',
    ],
    'build-args': ['ROOT=root:1'],
    labels: ['a=b'],
    'secret-files': ['ca=/etc/ca.crt'],
    provenance: 'false',
    outputs: ['type=image,compression=uncompressed,unpack=true'],
  });
});

// nx-container takes `metadata` from a git remote, throws without one, and replaces tags and labels by it.
test('nothing replaces the tags and labels of the plan', () => {
  expect(containerOptions(planWith(), '/', 'default')).not.toHaveProperty('metadata');
});

test('no variable of the environment changes the plan', () => {
  const given = {
    PATH: '/bin',
    INPUT_TAGS: 'x',
    INPUT_BUILD_ARGS: 'A=1',
    MY_INPUT_X: 'y',
    BUILDKIT_PROGRESS: 'tty',
  };
  expect(workerEnvironment(given)).toEqual({
    PATH: '/bin',
    MY_INPUT_X: 'y',
    BUILDKIT_PROGRESS: 'plain',
    BUILDX_METADATA_PROVENANCE: 'disabled',
  });
});
