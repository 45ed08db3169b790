import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readUnder } from './files.ts';
import { formatLock } from './lock.ts';
import { planLocks } from './plan.ts';
import { formatRecord, recordFile, recordOf } from './record.ts';
import { staleLocks } from './stale.ts';
import { readVersions } from './versions.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const versionsFile = 'libs/versions/versions.txt';
const files: Readonly<Record<string, string>> = {
  [versionsFile]: `# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: python:3.11@${digest}
# builder: python:3.11@${digest}
uv==0.9.10
setuptools==80.9.0
numpy==2.0.2
spacy==3.8.7
`,
  'images/base/requirements.in': 'numpy\n',
  'images/ner/requirements.in': 'spacy\n',
  'images/cuda/requirements.in': '# part-of: ml nvidia-*\n',
  'images/ml/requirements.in': 'torch\n',
};
const images = [
  { name: 'base', folder: 'images/base' },
  { name: 'ner', folder: 'images/ner', base: 'base' },
  { name: 'cuda', folder: 'images/cuda', base: 'base' },
  { name: 'ml', folder: 'images/ml', base: 'cuda' },
];
const held: Readonly<Record<string, readonly string[]>> = {
  'libs/installer/uv.lock': ['uv==0.9.10'],
  'libs/installer/build.lock': ['setuptools==80.9.0'],
  'images/base/requirements.lock': ['numpy==2.0.2'],
  'images/ner/requirements.lock': ['spacy==3.8.7', 'typer==0.20.0'],
  'images/cuda/requirements.lock': ['nvidia-nccl-cu12==2.26.2'],
  'images/ml/requirements.lock': ['torch==2.7.1'],
};

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const edit = (path: string, from: string, to: string) => {
  const text = readFileSync(join(root, path), 'utf8');
  expect(text).toContain(from);
  write(path, text.replace(from, to));
};
const lockOf = (image: string) => `images/${image}/requirements.lock`;
const stale = (image: string) => `stale-lock ${lockOf(image)}`;
const problems = (of = images) => staleLocks(root, of).map(({ code, file }) => `${code} ${String(file)}`);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stale-'));
  for (const [path, text] of Object.entries(files)) write(path, text);
  const versions = readVersions(files[versionsFile] ?? '');
  const plans = planLocks(images, readUnder(root));
  const locks = new Map(
    Object.entries(held).map(([lock, pins]) => {
      const distributions = pins.map((pin) => {
        const [name = '', version = ''] = pin.split('==');
        return { name, version, hashes: [digest] };
      });
      return [lock, { distributions, text: formatLock(distributions, []) }] as const;
    }),
  );
  for (const [path, { text }] of locks) write(path, text);
  write(
    recordFile,
    formatRecord(Object.fromEntries(plans.map((plan) => [plan.lock, recordOf(plan, locks, versions)]))),
  );
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('staleLocks', () => {
  it('says nothing where all is fresh', () => {
    expect(problems()).toEqual([]);
  });

  const ner = 'images/ner/requirements.in';
  const all = Object.keys(held);
  it.each([
    ['a pin moves: the lock that holds it', versionsFile, 'spacy==3.8.7', 'spacy==3.8.8', [stale('ner')]],
    ["a base's pin moves: its lock alone", versionsFile, 'numpy==2.0.2', 'numpy==2.0.1', [stale('base')]],
    ['a pin comes for what is locked', versionsFile, 'uv==', 'typer==0.20.0\nuv==', [stale('ner')]],
    ['a pin comes for what is in no lock: none', versionsFile, 'uv==', 'rapidfuzz==3.0.0\nuv==', []],
    ['a pin goes', versionsFile, 'spacy==3.8.7\n', '', [stale('ner')]],
    ['a remark in versions.txt: none', versionsFile, 'spacy==3.8.7', 'spacy==3.8.7  # why', []],
    ['another snapshot of Debian: none', versionsFile, '20251120T', '20260101T', []],
    [
      'the cut-off date: all',
      versionsFile,
      '2025-11-20T',
      '2025-12-20T',
      all.map((lock) => `stale-lock ${lock}`),
    ],
    ['versions.txt is malformed', versionsFile, 'numpy==', 'numpy>=', [`malformed-pin ${versionsFile}`]],
    ['a name comes', ner, 'spacy', 'spacy\nrich', [stale('ner')]],
    ['a name goes', ner, 'spacy', '', [stale('ner')]],
    ['a remark in requirements.in: none', ner, 'spacy', '# why\nspacy # x', []],
    ['the pattern of a part', 'images/cuda/requirements.in', 'nvidia-*', 'nvidia-n*', [stale('cuda')]],
    ["a lock's version is edited", lockOf('ner'), '3.8.7', '3.8.8', [`edited-lock ${lockOf('ner')}`]],
    ["a lock's hash is edited", lockOf('base'), 'aaaa', 'bbbb', [`edited-lock ${lockOf('base')}`]],
    ["a lock's remark is edited", lockOf('base'), 'Written', 'written', [`edited-lock ${lockOf('base')}`]],
    ['a lock is in conflict', lockOf('ml'), '# Written', '<<<<<<<', [`edited-lock ${lockOf('ml')}`]],
    ["a tool's lock is edited", all[0] ?? '', 'aaaa', 'bbbb', [`edited-lock ${String(all[0])}`]],
    ['the record is in conflict', recordFile, '{', '<<<<<<<\n{', [`malformed-record ${recordFile}`]],
  ])('%s', (_, file, from, to, expected) => {
    edit(file, from, to);
    expect(problems()).toEqual(expected);
  });

  it.each([
    [lockOf('base'), [`missing-lock ${lockOf('base')}`]],
    [recordFile, all.map((lock) => `unrecorded-lock ${lock}`)],
    [versionsFile, [`missing-versions ${versionsFile}`]],
    [ner, [`missing-requirements ${ner}`]],
  ])('%s is gone', (file, expected) => {
    rmSync(join(root, file));
    expect(problems()).toEqual(expected);
  });

  it('is the same in a checkout with CRLF', () => {
    for (const path of [...Object.keys(files), ...Object.keys(held), recordFile]) {
      write(path, readFileSync(join(root, path), 'utf8').replaceAll('\n', '\r\n'));
    }
    expect(problems()).toEqual([]);
  });

  it('asks for a new lock where an image moves to another base', () => {
    const moved = images.map((image) => (image.name === 'ner' ? { ...image, base: 'ml' } : image));
    expect(problems(moved)).toEqual([stale('ner')]);
  });

  it('names what the record has of an image that is gone', () => {
    expect(problems(images.filter(({ name }) => name !== 'ner'))).toEqual([`stale-record ${recordFile}`]);
  });

  it('says what moved and how to mend it', () => {
    edit(versionsFile, 'spacy==3.8.7', 'spacy==3.8.8');
    edit('images/ner/requirements.in', 'spacy', 'spacy\nrich');
    expect(staleLocks(root, images)).toEqual([
      {
        code: 'stale-lock',
        message:
          'the lock of ner is stale: images/ner/requirements.in changed, spacy is 3.8.7 in it and 3.8.8 in versions.txt',
        file: 'images/ner/requirements.lock',
        mend: 'npx nx sync',
      },
    ]);
  });
});
