import { expect, test } from 'vitest';
import { clock, count, languageName, lasting, memory, percent, speakerName } from './words.ts';

test.each<[seconds: number, digits: number, text: string]>([
  [0, 0, '00:00'],
  [59.5, 0, '01:00'],
  [59.94, 1, '00:59.9'],
  [59.96, 1, '01:00.0'],
  [61.005, 2, '01:01.01'],
  [3599.6, 0, '1:00:00'],
  [10_805, 0, '3:00:05'],
  [-0.2, 0, '00:00'],
])('%d s with %d digits is %s', (seconds, digits, text) => {
  expect(clock(seconds, digits)).toBe(text);
});

test.each<[got: string, text: string]>([
  [lasting(0), '0.0 s'],
  [lasting(9.94), '9.9 s'],
  [lasting(9.96), '10 s'],
  [lasting(59.7), '1 min 00 s'],
  [lasting(245), '4 min 05 s'],
  [lasting(3599.8), '1 h 00 min'],
  [lasting(7170), '2 h 00 min'],
  [memory(400_000), '1 MB'],
  [memory(999.6e6), '1.0 GB'],
  [memory(5.31e9), '5.3 GB'],
  [percent(0), '0 %'],
  [percent(0.004), '< 1 %'],
  [percent(0.365), '37 %'],
  [count(1, 'change'), '1 change'],
  [count(0, 'change'), '0 changes'],
  [count(1204, 'other voice'), '1,204 other voices'],
  [languageName('hi'), 'Hindi'],
  [languageName('no such code'), 'no such code'],
  [speakerName('SPEAKER_00'), 'Speaker 1'],
  [speakerName('SPEAKER_12'), 'Speaker 13'],
  [speakerName('Devika'), 'Devika'],
])('%s', (got, text) => {
  expect(got).toBe(text);
});
