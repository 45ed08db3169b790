import { ProblemError } from '@cp-whisperx-app/problem';
import { readVersions } from '@cp-whisperx-app/versions';
import { expect, test } from 'vitest';
import { readAsked } from './asked.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const versions = readVersions(`# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: python:3.11@${digest}
# builder: python:3.11@${digest}
# coupled: torch torchaudio
uv==0.9.10
torch==2.7.1
torchaudio==2.7.1
pyannote.audio==3.4.0
`);

const movesOf = (...words: string[]): string[] =>
  readAsked(words, versions).map(
    ({ name, from, to, carriedBy = 'asked' }) => `${name} ${from} ${to} ${carriedBy}`,
  );

test.each<[string, string[], string[]]>([
  ['one', ['uv=0.9.11'], ['uv 0.9.10 0.9.11 asked']],
  ['an older one', ['uv=0.9.1'], ['uv 0.9.10 0.9.1 asked']],
  // Fails where a name must be spelled as in versions.txt.
  ['spelled in another way', ['Pyannote_Audio=3.3.2'], ['pyannote-audio 3.4.0 3.3.2 asked']],
  // Fails where the pair is split, or carried only from the first to the second.
  ['with the first of a pair', ['torch=2.8.0'], ['torch 2.7.1 2.8.0 asked', 'torchaudio 2.7.1 2.8.0 torch']],
  ['with the second', ['torchaudio=2.8.0'], ['torchaudio 2.7.1 2.8.0 asked', 'torch 2.7.1 2.8.0 torchaudio']],
  [
    'several, the pair named in full',
    ['torch=2.8.0', 'torchaudio=2.8.0', 'uv=0.9.11'],
    ['torch 2.7.1 2.8.0 asked', 'torchaudio 2.7.1 2.8.0 asked', 'uv 0.9.10 0.9.11 asked'],
  ],
])('%s', (_, words, moves) => {
  expect(movesOf(...words)).toEqual(moves);
});

test.each<[string, string[], string[]]>([
  ['two equal signs', ['torch==2.8'], ['not-a-move: npx nx run versions:update torch=2.8']],
  ['a range', ['torch>=2.8'], ['not-a-move: npx nx run versions:update torch=2.8']],
  ['a name alone', ['torch'], ['not-a-move: npx nx run versions:update torch=2.8.0']],
  ['an option for a shell', ['torch=2.8;id'], ['not-a-move: npx nx run versions:update torch=2.8.0']],
  [
    'what is not pinned',
    ['numba=0.60'],
    ['unpinned: name a package that is; or pin it: a line "numba==0.60  # why" there, then npx nx sync'],
  ],
  ['what it has', ['uv=0.9.10'], ['same-version: npx nx run versions:outdated, which tells what is newer']],
  [
    'two versions',
    ['uv=1', 'uv=2'],
    ['asked-twice: npx nx run versions:update uv=2, and nothing else for it'],
  ],
  [
    'a pair torn apart',
    ['torch=2.8.0', 'torchaudio=2.9.0'],
    ['asked-twice: npx nx run versions:update torchaudio=2.9.0, and nothing else for it'],
  ],
  // Fails where the first problem hides the second.
  [
    'several at once',
    ['uv=0.9.10', 'x'],
    [
      'same-version: npx nx run versions:outdated, which tells what is newer',
      'not-a-move: npx nx run versions:update torch=2.8.0',
    ],
  ],
])('refuses %s', (_, words, problems) => {
  expect(problemsOf(words)).toEqual(problems);
});

function problemsOf(words: readonly string[]): string[] {
  try {
    return readAsked(words, versions).map(({ name }) => `moves ${name}`);
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(({ code, mend }) => `${code}: ${mend}`);
    throw error;
  }
}
