import { brief, problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { readAllowed } from './allowed.ts';

test('lines and remarks', () => {
  const text =
    '# what is borne\n\nGHSA-a-b-c  tqdm 2027-03-31  nobody calls it\nCVE-2099-1 numpy 2026-12-31 x y\r\n';
  expect(readAllowed(text)).toEqual([
    { id: 'GHSA-a-b-c', name: 'tqdm', until: '2027-03-31', reason: 'nobody calls it', line: 3 },
    { id: 'CVE-2099-1', name: 'numpy', until: '2026-12-31', reason: 'x y', line: 4 },
  ]);
});

test.each([
  ['no reason', 'GHSA-a tqdm 2027-03-31'],
  ['no package', 'GHSA-a 2027-03-31 nobody calls it'],
  ['no day, which would bear it for ever', 'GHSA-a tqdm never nobody calls it'],
  ['a day that does not exist', 'GHSA-a tqdm 2027-02-30 nobody calls it'],
  ['not a day', 'GHSA-a tqdm 2027-13-01 nobody calls it'],
])('%s', (_, line) => {
  expect(problemsOf(() => readAllowed(`# remark\n${line}\n`, 'allowed.txt')).map(brief)).toEqual([
    'allowed.txt:2 malformed-allowance',
  ]);
});
