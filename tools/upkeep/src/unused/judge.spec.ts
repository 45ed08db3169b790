import { expect, test } from 'vitest';
import { judgeRequirement, judgeSystemPackage, type Judged } from './judge.ts';
import type { Look } from './look.ts';
import { unusedMarkdown, unusedText } from './report.ts';

const ASKED = { image: 'low', file: 'images/low/requirements.in', line: 3 };

const look = (change: Partial<Look>): Look => ({
  distributions: {
    'python-dotenv': { modules: ['dotenv', 'dotenv.main'], needs: {} },
    'pyannote-core': { modules: ['pyannote.core'], needs: {} },
    'pyannote-audio': { modules: ['pyannote.audio'], needs: { 'pyannote-core': '', tqdm: 'cli' } },
    tqdm: { modules: ['tqdm', 'tqdm.std'], needs: {} },
  },
  imports: {},
  strings: {},
  system: {},
  ...change,
});

const why = (name: string, looks: Readonly<Record<string, Partial<Look>>>): readonly string[] => {
  const judged = judgeRequirement(
    { ...ASKED, name },
    new Map(Object.entries(looks).map(([image, change]) => [image, look(change)])),
  );
  return [judged.why, ...judged.uses];
};

test.each<[string, string, Readonly<Record<string, Partial<Look>>>, readonly string[]]>([
  ['nothing', 'python-dotenv', { low: {} }, ['unused']],
  [
    'by the name of its module',
    'python-dotenv',
    { low: { imports: { dotenv: ['a.py:1'] } } },
    ['imported', 'low: a.py:1'],
  ],
  [
    'a module of it',
    'python-dotenv',
    { low: { imports: { 'dotenv.x.y': ['a.py:1'] } } },
    ['imported', 'low: a.py:1'],
  ],
  ['another of a like name', 'python-dotenv', { low: { imports: { dotenvx: ['a.py:1'] } } }, ['unused']],
  [
    'by an image on it',
    'tqdm',
    { low: {}, high: { imports: { tqdm: ['b.py:2'] } } },
    ['imported', 'high: b.py:2'],
  ],
  [
    'another of the same namespace',
    'pyannote-audio',
    { low: { imports: { 'pyannote.core': ['a.py:1'], pyannote: ['a.py:2'] } } },
    ['unused'],
  ],
  [
    'it, of a namespace',
    'pyannote-audio',
    { low: { imports: { 'pyannote.audio.x': ['a.py:1'] } } },
    ['imported', 'low: a.py:1'],
  ],
  [
    'by a string that an import takes',
    'tqdm',
    { low: { strings: { 'tqdm.std': ['a.py:1'] } } },
    ['named', 'low: a.py:1'],
  ],
  [
    'by the distribution’s name',
    'python-dotenv',
    { low: { strings: { 'python-dotenv': ['a.py:1'] } } },
    ['named', 'low: a.py:1'],
  ],
  [
    'a string that only begins like it',
    'python-dotenv',
    { low: { strings: { dotenvish: ['a.py:1'] } } },
    ['unused'],
  ],
  ['by another distribution', 'pyannote-core', { low: {} }, ['needed', 'pyannote-audio needs it']],
  ['by an extra alone', 'tqdm', { low: {} }, ['optional', 'pyannote-audio[cli] asks for it']],
])('a requirement is used: %s', (_, name, looks, expected) => {
  expect(why(name, looks)).toEqual(expected);
});

const system = { programs: ['ffmpeg', 'ffprobe'], libraries: ['libav.so.1'], needed_by: [], used_by: [] };

test.each<[string, Partial<Look>, readonly string[]]>([
  ['nothing', { system: { ffmpeg: system } }, ['unused']],
  [
    'its program',
    { strings: { ffprobe: ['a.py:1'] }, system: { ffmpeg: system } },
    ['called', 'low: a.py:1'],
  ],
  [
    'by path',
    { strings: { '/usr/bin/ffmpeg': ['a.py:1'] }, system: { ffmpeg: system } },
    ['called', 'low: a.py:1'],
  ],
  ['another program', { strings: { ffmpegthumb: ['a.py:1'] }, system: { ffmpeg: system } }, ['unused']],
  [
    'a distribution links it',
    { system: { ffmpeg: { ...system, used_by: ['x.so of y links it'] } } },
    ['linked', 'x.so of y links it'],
  ],
  [
    'another package',
    { system: { ffmpeg: { ...system, needed_by: ['vlc'] } } },
    ['needed', 'vlc depends on it'],
  ],
])('a Debian package is used: %s', (_, change, expected) => {
  const judged = judgeSystemPackage({ ...ASKED, name: 'ffmpeg' }, new Map([['low', look(change)]]));
  expect([judged.why, ...judged.uses]).toEqual(expected);
});

const JUDGED: readonly Judged[] = [
  { ...ASKED, name: 'tqdm', why: 'imported', uses: ['low: a.py:1'] },
  { ...ASKED, name: 'rich', line: 4, why: 'unused', uses: [] },
];

test('the report says where and how', () => {
  expect(unusedText(JUDGED)).toBe(
    `image  asks for  why it is there  used by
low    tqdm      imported         low: a.py:1
low    rich      UNUSED

images/low/requirements.in:4: nothing uses rich
  mend: take the line out, then npx nx sync; or say in the code why it is needed

1 of 2 lines ask for what nothing uses`,
  );
  expect(unusedMarkdown(JUDGED)).toContain('| images/low/requirements.in:4 | rich |');
  expect(unusedMarkdown(JUDGED.slice(0, 1))).toBe('');
});
