import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { expect, test } from 'vitest';
import { costsOf } from './costs.ts';

test('bytes of what is made anew; where one was not measured, none are told', () => {
  const root = tempFolder();
  writeFiles(root, {
    'images/low/size.json': '{"download": 100, "disk": 9}',
    'images/cuda/size.json': '{"download": 1000, "disk": 9}',
    'images/asr/size.json': '{"download": 10, "disk": 9}',
  });
  const folders = new Map(['low', 'cuda', 'asr'].map((name) => [name, `images/${name}`]));
  const told = (also: readonly (readonly [string, string])[] = []): readonly unknown[] =>
    costsOf({ root, folders: new Map([...folders, ...also]), onCuda: ['cuda', 'asr'] }).map(
      ({ what, images, download }) => [what, images.length, download],
    );
  expect(told()).toEqual([
    ['root alone', 3, 100],
    ['Python or Debian', 3, 1110],
    ['CUDA or torch', 2, 1010],
  ]);
  expect(told([['new', 'images/new']])).toEqual([
    ['root alone', 4, 100],
    ['Python or Debian', 4, undefined],
    ['CUDA or torch', 2, 1010],
  ]);
});
