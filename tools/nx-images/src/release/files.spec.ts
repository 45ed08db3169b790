import { mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { brief, problemsOf, problemsOfPromise } from '../testing/problems.ts';
import { readRelease, writeRelease, writing } from './files.ts';
import { makePipe } from './testing/pipe.ts';
import { releaseWith } from './testing/release.ts';

test('a release is written once, and never changed', () => {
  const root = tempFolder();
  const file = 'releases/v1.json';
  expect(writeRelease(root, file, releaseWith())).toBe(true);
  const text = readFileSync(join(root, file), 'utf8');
  expect(writeRelease(root, file, releaseWith({ created: '2027-01-01T00:00:00.000Z' }))).toBe(false);
  const other = releaseWith({ revision: 'd'.repeat(40) });
  expect(problemsOf(() => writeRelease(root, file, other)).map(brief)).toEqual([`${file}: release-exists`]);
  expect(readFileSync(join(root, file), 'utf8')).toBe(text);
  expect(readdirSync(join(root, 'releases'))).toEqual(['v1.json']);
});

test('what is no release stays as it is too', () => {
  const root = tempFolder();
  writeFiles(root, { 'v1.json': '{' });
  expect(problemsOf(() => writeRelease(root, 'v1.json', releaseWith())).map(brief)).toEqual([
    'v1.json: release-exists',
  ]);
  expect(readFileSync(join(root, 'v1.json'), 'utf8')).toBe('{');
});

test('there is no such file', () => {
  expect(problemsOf(() => readRelease(tempFolder(), 'v1.json')).map(brief)).toEqual([
    'v1.json: no-release-file',
  ]);
});

test.each<[what: string, file: string, make: (root: string) => void]>([
  [
    'below a file',
    'releases/v1.json',
    (root) => {
      writeFiles(root, { releases: '' });
    },
  ],
  [
    'below a link that leads nowhere',
    'releases/v1.json',
    (root) => {
      symlinkSync('nowhere/x', join(root, 'releases'));
    },
  ],
  [
    'below a link to itself',
    'releases/v1.json',
    (root) => {
      symlinkSync('releases', join(root, 'releases'));
    },
  ],
  ['where the kernel keeps its own files', '/proc/v1.json', () => undefined],
])('a place %s can not be written to', async (_what, file, make) => {
  const root = tempFolder();
  make(root);
  const work = writing(file, () => writeRelease(root, file, releaseWith()));
  expect((await problemsOfPromise(work)).map(brief)).toEqual([`${file}: not-written`]);
});

test.each<[what: string, make: (file: string) => void]>([
  [
    'a folder',
    (file) => {
      mkdirSync(file);
    },
  ],
  [
    'a pipe',
    (file) => {
      makePipe(file);
    },
  ],
  [
    'a link to a device',
    (file) => {
      symlinkSync('/dev/zero', file);
    },
  ],
  [
    'a link to itself',
    (file) => {
      symlinkSync('v1.json', file);
    },
  ],
  [
    'a link to what gives an error when it is read',
    (file) => {
      symlinkSync('/proc/self/mem', file);
    },
  ],
])('%s is no release, and is not read', (_what, make) => {
  const root = tempFolder();
  make(join(root, 'v1.json'));
  expect(problemsOf(() => readRelease(root, 'v1.json')).map(brief)).toEqual(['v1.json: no-release-file']);
});

test('another error stays what it is', async () => {
  const work = writing('v1.json', () => {
    throw new Error('a bug');
  });
  await expect(work).rejects.toThrow('a bug');
});
