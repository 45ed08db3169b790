import { expect, test } from 'vitest';
import { workerEnvironment } from './build.ts';

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
