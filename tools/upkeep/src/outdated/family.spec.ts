import { readVersions } from '@cp-whisperx-app/versions';
import { expect, test } from 'vitest';
import { groupsOf } from './family.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const versions = readVersions(`# exclude-newer: 2025-11-20T00:00:00Z
# debian-snapshot: 20251120T000000Z
# root: python:3.11@${digest}
# builder: python:3.11@${digest}
# coupled: torch torchaudio
uv==0.9.10
torch==2.7.1
numpy==2.0.2
torchaudio==2.7.1
`);
const newest = new Map([
  ['uv', '0.9.10'],
  ['torch', '2.9.1'],
  ['numpy', '2.4.0'],
  ['torchaudio', '2.9.1'],
]);

test.each<[string, string[], string[]]>([
  // Fails where a pair is told twice, or what is at its newest too.
  ['all', [], ['torch torchaudio 2.7.1 2.9.1', 'numpy 2.0.2 2.4.0']],
  ['some, however they are spelled', ['NumPy'], ['numpy 2.0.2 2.4.0']],
  ['a pair by its second', ['torchaudio'], ['torch torchaudio 2.7.1 2.9.1']],
  ['what is at its newest', ['uv'], []],
])('%s', (_, only, groups) => {
  expect(
    groupsOf(versions, newest, only).map((group) => [...group.names, group.ours, group.newest].join(' ')),
  ).toEqual(groups);
});

test('a name that no line pins is a problem', () => {
  expect(() => groupsOf(versions, newest, ['numba'])).toThrow(
    'numba is not pinned in libs/versions/versions.txt',
  );
});
