import { brief, problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { debianPackages, lockedPackages } from './asked.ts';

const HASH = `--hash=sha256:${'0'.repeat(64)}`;
const lock = (...pins: readonly string[]): string => pins.map((pin) => `${pin} \\\n    ${HASH}\n`).join('');

test('a distribution that two locks have is one, in both places; another version is another', () => {
  const locks = new Map([
    ['b.lock', lock('tqdm==4.66.3')],
    ['a.lock', lock('tqdm==4.66.3', 'Zope.Interface==1.0')],
    ['c.lock', lock('tqdm==4.67.0')],
    ['empty.lock', '# nothing\n'],
  ]);
  expect(lockedPackages(locks)).toEqual([
    { ecosystem: 'PyPI', name: 'tqdm', version: '4.66.3', places: ['a.lock', 'b.lock'] },
    { ecosystem: 'PyPI', name: 'zope-interface', version: '1.0', places: ['a.lock'] },
    { ecosystem: 'PyPI', name: 'tqdm', version: '4.67.0', places: ['c.lock'] },
  ]);
});

test.each<[string, ReadonlyMap<string, string>, string]>([
  ['a line that is no part of a lock', new Map([['a.lock', 'tqdm>=4\n']]), 'a.lock:1 malformed-lock'],
  ['locks that name nothing', new Map([['a.lock', '']]), ': nothing-to-audit'],
  ['no lock', new Map(), ': nothing-to-audit'],
])('%s', (_, locks, problem) => {
  expect(problemsOf(() => lockedPackages(locks)).map(brief)).toEqual([problem]);
});

test('binary packages stand for their source, in its version; what is not installed is left out', () => {
  const text = [
    'debian 12',
    'libssl3:amd64\tii \topenssl\t3.0.15-1',
    'openssl\tii \topenssl\t3.0.15-1',
    'libgone\trc \tgone\t1.0',
    'libgcc-s1:amd64\tii \tgcc-12\t12.2.0-14',
    '',
  ].join('\n');
  expect(debianPackages([{ image: 'base-cpu', text }])).toEqual([
    {
      ...{ ecosystem: 'Debian:12', name: 'openssl', version: '3.0.15-1' },
      ...{ places: ['base-cpu'], binaries: ['libssl3', 'openssl'] },
    },
    {
      ...{ ecosystem: 'Debian:12', name: 'gcc-12', version: '12.2.0-14' },
      ...{ places: ['base-cpu'], binaries: ['libgcc-s1'] },
    },
  ]);
});

test.each([
  ['another system', 'alpine 3.24\na\tii \ta\t1'],
  ['no packages', 'debian 12\n'],
  ['a line without a source', 'debian 12\nlibssl3\tii \t3.0'],
  ['nothing', ''],
])('%s', (_, text) => {
  expect(problemsOf(() => debianPackages([{ image: 'x', text }])).map(brief)).toEqual([': unknown-system']);
});
