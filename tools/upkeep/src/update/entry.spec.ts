import { expect, test } from 'vitest';
import { entryOf, subjectOf } from './entry.ts';

const torch = { name: 'torch', from: '2.7.1', to: '2.8.0' };
const audio = { name: 'torchaudio', from: '2.7.1', to: '2.8.0', carriedBy: 'torch' };
const cutOff = { from: '2025-11-20T00:00:00Z', to: '2026-01-01T00:00:00Z' };
const affected = ['base-ml', 'asr'].map((name) => ({ name, why: [] }));

test.each([
  // Fails where what was carried along is left out.
  [
    [torch, audio],
    undefined,
    affected,
    'torch 2.7.1 → 2.8.0, torchaudio 2.7.1 → 2.8.0',
    ': in base-ml, asr.',
  ],
  [[], cutOff, affected, 'cut-off date 2025-11-20T00:00:00Z → 2026-01-01T00:00:00Z', ': in base-ml, asr.'],
  [
    [torch],
    cutOff,
    [],
    'torch 2.7.1 → 2.8.0, cut-off date 2025-11-20T00:00:00Z → 2026-01-01T00:00:00Z',
    ': in no image.',
  ],
])('%# says what moved and where it is', (moves, moved, images, what, where) => {
  expect(entryOf(moves, moved, images)).toBe(what + where);
});

test('a commit says what moved', () => {
  expect(subjectOf([torch], cutOff)).toBe('torch 2.7.1 → 2.8.0, cut-off date 2026-01-01T00:00:00Z');
});
