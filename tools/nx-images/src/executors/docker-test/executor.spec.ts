import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../../testing/folders.ts';
import { brief, problemsOf } from '../../testing/problems.ts';
import { linkSources, writeSources } from '../../testing/sources.ts';
import { testArguments, testedImages } from './executor.ts';

test('tests run as a foreign user who can write nothing but /tmp and has no network', () => {
  expect(testArguments('o/asr:key-1', ['base', 'asr'], '/w/images', '/w/data')).toEqual([
    'run',
    '--rm',
    '--network=none',
    '--read-only',
    '--tmpfs=/tmp:exec',
    '--cap-drop=ALL',
    '--user=12345:0',
    '--env=OMP_NUM_THREADS=1',
    '--volume=/w/images:/workspace/images:ro',
    '--volume=/w/data:/test-data:ro',
    '--entrypoint=python',
    'o/asr:key-1',
    '/test-data/run_tests.py',
    '/workspace/images',
    'base',
    'asr',
  ]);
});

const tested = (name: string, ...without: readonly string[]): readonly string[] => {
  const root = tempFolder();
  writeSources(root);
  for (const image of ['base', 'ml'].filter((image) => !without.includes(image)))
    writeFiles(root, { [`images/${image}/tests/test_it.py`]: '' });
  return testedImages(linkSources(root), name, root);
};

test('the tests of the images under it come first', () => {
  expect(tested('asr')).toEqual(['base', 'ml', 'asr']);
});

test('an image without tests is no tested image, also where another one stands on it', () => {
  const problems = problemsOf(() => tested('asr', 'ml'));
  expect(problems.map(brief)).toEqual(['images/ml/tests: image-without-tests']);
  expect(problems[0]?.mend).toContain('images/ml/tests/test_ml.py');
});
