import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { brief, problemsOf, problemsOfPromise } from '../testing/problems.ts';
import { readRelease, writeRelease, writing } from './files.ts';
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

test('a place that can not be written to is a problem', async () => {
  const root = tempFolder();
  writeFiles(root, { releases: '' });
  const work = writing('releases/v1.json', () => writeRelease(root, 'releases/v1.json', releaseWith()));
  expect((await problemsOfPromise(work)).map(brief)).toEqual(['releases/v1.json: not-written']);
});

test('another error stays what it is', async () => {
  const work = writing('v1.json', () => {
    throw new Error('a bug');
  });
  await expect(work).rejects.toThrow('a bug');
});
