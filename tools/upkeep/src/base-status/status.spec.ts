import { expect, test } from 'vitest';
import { readLifecycle } from './lifecycle.ts';
import { statusMarkdown, statusText } from './report.ts';
import { baseStatus, type Line } from './status.ts';

type Facts = Parameters<typeof baseStatus>[0];

const PIN = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;

const FACTS: Facts = {
  versions: {
    root: `python:3.11-slim-bookworm@${PIN}`,
    builder: `python:3.11-slim-bookworm@${PIN}`,
    debianSnapshot: '20261120T000000Z',
    excludeNewer: '2026-11-20T00:00:00Z',
  },
  tags: { root: { digest: PIN }, builder: { digest: PIN } },
  root: { system: 'Debian 13', python: 'Python 3.13', pythonVersion: '3.13.2' },
  torch: { version: '2.8.0', cuda: '12.8', flags: 'sm_50 sm_60 sm_70 sm_75 sm_80 sm_90 sm_100 sm_120' },
  lifecycle: readLifecycle(),
  costs: [{ what: 'root alone', images: ['low', 'high'], download: 241e6, remark: 'nothing is reinstalled' }],
};
const DAY = '2026-11-28';

const lines = (change: Partial<Facts>, day = DAY, months = 12): readonly Line[] =>
  baseStatus({ ...FACTS, ...change }, day, months).lines;
const level = (what: string, change: Partial<Facts>, day?: string, months?: number): readonly string[] =>
  lines(change, day, months)
    .filter((line) => line.what.startsWith(what))
    .map((line) => line.level);

test('where all is well, nothing is to be looked at', () => {
  expect(lines({}).filter((line) => line.level !== 'ok')).toEqual([]);
  expect(statusMarkdown(baseStatus(FACTS, DAY, 12))).toBe('');
});

test.each<[string, string, Partial<Facts>, readonly string[]]>([
  ['a tag that moved on', 'root', { tags: { root: { digest: OTHER }, builder: { digest: PIN } } }, ['look']],
  [
    'a registry that does not answer',
    'root',
    { tags: { root: { unknown: 'x' }, builder: { digest: PIN } } },
    ['unknown'],
  ],
  ['the builder’s too', 'builder', { tags: { root: { digest: PIN }, builder: { digest: OTHER } } }, ['look']],
  [
    'a snapshot of a year ago',
    'debian',
    { versions: { ...FACTS.versions, debianSnapshot: '20251120T000000Z' } },
    ['look'],
  ],
  [
    'a cut-off of a year ago',
    'exclude',
    { versions: { ...FACTS.versions, excludeNewer: '2025-11-20T00:00:00Z' } },
    ['look'],
  ],
  ['a Python nobody noted', 'Python 3.99', { root: { ...FACTS.root, python: 'Python 3.99' } }, ['unknown']],
  [
    'Debian 12, whose team has gone',
    'Debian 12',
    { root: { ...FACTS.root, system: 'Debian 12' } },
    ['over', 'ok'],
  ],
  [
    'a CUDA nobody noted',
    'CUDA 14.0',
    { torch: { version: '9', cuda: '14.0', flags: 'compute_50' } },
    ['unknown'],
  ],
  [
    'a build that misses a generation',
    'torch',
    { torch: { version: '2', cuda: '12.6', flags: 'sm_50' } },
    ['look'],
  ],
  ['no torch', 'torch', { torch: undefined }, []],
])('%s', (_, what, change, expected) => {
  expect(level(what, change)).toEqual(expected);
});

test.each<[day: string, months: number, expected: string]>([
  ['2026-10-30', 12, 'ok'],
  ['2026-10-31', 12, 'look'],
  ['2027-05-01', 6, 'ok'],
  ['2027-05-10', 6, 'look'],
  ['2027-10-31', 0, 'look'],
  ['2027-11-01', 0, 'over'],
])('Python 3.11 on %s, told %d months before: %s', (day, months, expected) => {
  const root = { ...FACTS.root, python: 'Python 3.11', pythonVersion: '3.11.2' };
  expect(level('Python', { root }, day, months)).toEqual([expected]);
});

test.each([
  ['2027-11-28', 'ok'],
  ['2027-11-29', 'look'],
])('what was held against its sources a year ago is old: %s, %s', (day, expected) => {
  const lifecycle = { ...FACTS.lifecycle, checked: DAY };
  expect(level('these ends', { lifecycle }, day)).toEqual([expected]);
});

test('the report', () => {
  const status = baseStatus(
    { ...FACTS, tags: { ...FACTS.tags, root: { digest: OTHER } }, torch: undefined },
    DAY,
    12,
  );
  expect(statusText(status)).toContain(
    `LOOK  root                  python:3.11-slim-bookworm is ${OTHER.slice(0, 19)} now, pinned is ${PIN.slice(0, 19)}: npx nx run versions:patch\n`,
  );
  expect(statusText(status)).toContain('  root alone  2 images  0.2 GB  nothing is reinstalled');
  expect(statusMarkdown(status)).toContain('| root alone | 2 images | 0.2 GB | nothing is reinstalled |');
});
