import { brief, problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { LIFECYCLE_FILE, readLifecycle } from './lifecycle.ts';

const real = readLifecycle();

test('each fact has a source, each CUDA a driver', () => {
  expect(real.ends.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
  expect(Object.keys(real.drivers.full).map((version) => version.replace(/\..*/, ''))).toEqual(
    expect.arrayContaining(Object.keys(real.drivers.lowest)),
  );
});

test.each<[string, object]>([
  ['no day of the check', { checked: undefined }],
  ['a day that does not exist', { checked: '2026-02-30' }],
  ['an end without a source', { ends: [{ what: 'Python 3.11', until: '2027-10-31', of: 'fixes' }] }],
  ['a word that is not known', { endings: [] }],
])('%s is a problem', (_, change) => {
  const text = JSON.stringify({ ...real, ...change });
  expect(problemsOf(() => readLifecycle(text)).map(brief)).toEqual([`${LIFECYCLE_FILE}: lifecycle-file`]);
});
