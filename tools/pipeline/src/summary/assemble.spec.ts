import { expect, test } from 'vitest';
import { cuesOf, speakersOf } from './assemble.ts';
import type { Change } from './data.ts';

const cue = (start: number, end: number, ...lines: string[]) => ({ start, end, lines, song: false });
const change = (start: number, end: number, after: string): Change => ({
  ...{ by: 'post-ner', before: 'x', after, reason: '' },
  span: [start, end],
});
const CUES = [cue(0, 2, 'Ask Devika', 'Rao now.'), cue(2, 4, 'She is Devika.'), cue(4, 6, 'Nobody.')];

test.each<[what: string, change: Change, cues: number[]]>([
  ['the cues that have the word, of those in its time', change(0, 6, 'Devika'), [0, 1]],
  ['over the end of a line', change(0, 6, 'Devika Rao'), [0]],
  ['not where only its time touches', change(2, 4, 'Devika'), [1]],
  ['all in its time where none has the word', change(0, 4, 'Raghunath'), [0, 1]],
  ['none outside its time', change(7, 9, 'Devika'), []],
])('a change belongs to %s', (_, one, owners) => {
  const cues = cuesOf({ language: 'en', cues: CUES }, [one]);
  expect(cues.flatMap(({ changes }, index) => (changes.length > 0 ? [index] : []))).toEqual(owners);
});

test('shares are of what all say, overlapping or not; who says nothing has none', () => {
  const segments = [
    { start: 0, end: 3, speaker: 'B' },
    { start: 2, end: 3, speaker: 'A' },
  ];
  expect(
    speakersOf({ speakers: ['A', 'C'], segments }).map(({ name, seconds, share }) => [name, seconds, share]),
  ).toEqual([
    ['A', 1, 0.25],
    ['C', 0, 0],
    ['B', 3, 0.75],
  ]);
});

test('nobody speaks', () => {
  expect(speakersOf({ speakers: [], segments: [] })).toEqual([]);
  expect(speakersOf({ speakers: ['A'], segments: [] })[0]?.share).toBe(0);
});
