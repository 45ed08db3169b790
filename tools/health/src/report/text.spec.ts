import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { sampleFamily } from './testing/family.ts';
import { reportMarkdown, reportText } from './text.ts';
import { age, commonPrefix, spared } from './words.ts';

const DATA = assemble(sampleFamily());

test('a line for each image, its columns under each other, then what sharing spares and where the page is', () => {
  expect(reportText(DATA, 'dist/x.html').split('\n')).toEqual([
    'image  tag           size       own    shared  base  built, UTC         took    age  place',
    'base   base:cpu  600.0 MB  500.0 MB  600.0 MB  root  2026-11-27 10:00  1.8 s  1 day  engine',
    'ml     ml:cuda    3.60 GB   3.00 GB   3.60 GB  base  2026-11-27 10:00  1.8 s  1 day  engine',
    'asr    asr:cuda   4.20 GB  601.0 MB   4.20 GB  ml    2026-11-27 10:00  1.8 s  1 day  engine',
    'mux    mux:cpu   650.0 MB   50.0 MB  600.0 MB  base  2026-11-27 10:00  1.8 s  1 day  engine',
    'vad    vad:cuda   4.20 GB  602.0 MB   4.20 GB  ml    2026-11-27 10:00  1.8 s  1 day  engine',
    '',
    'Tags stand after o/app-.',
    'own: what an image adds to its base. shared: what another image has, too.',
    '5 images, each layer once: 4.25 GB. Were nothing shared: 13.25 GB. Spared: 67.9 %.',
    'torch: 1 copy for 3 images.',
    '',
    'page: dist/x.html',
  ]);
});

test('what is not known stays empty, and a note says what mends it', () => {
  const text = reportText(assemble(sampleFamily((_, { key }) => ({ key, places: [] }))), 'x');
  expect(text).toMatch(/^mux +mux:cpu +base +nowhere$/m);
  expect(text).toContain('note: No sizes of base, ml, asr, mux, vad');
  expect(text).toContain('Spared: 0 %');
});

test('where nobody could be asked, an image is not nowhere', () => {
  const text = reportText(assemble(sampleFamily((_, found) => ({ ...found, places: undefined }))), 'x');
  expect(text).toMatch(/^mux +mux:cpu .* 1 day$/m);
  expect(text).not.toContain('nowhere');
});

test('Markdown for docs/results.md', () => {
  expect(reportMarkdown(DATA).split('\n')).toEqual([
    '| image | stands on | adds, MB | of it new to the family | whole, MB |',
    '| --- | --- | ---: | ---: | ---: |',
    '| root |  | 100 | 100 | 100 |',
    '| base | root | 500 | 500 | 600 |',
    '| ml | base | 3000 | 3000 | 3600 |',
    '| asr | ml | 601 | 601 | 4201 |',
    '| mux | base | 50 | 50 | 650 |',
    '| vad | ml | 602 | 2.0 | 4202 |',
    '| **5 images, each layer once** |  |  |  | **4253** |',
    '| were nothing shared |  |  |  | 13253 |',
  ]);
});

test.each([
  ['2026-11-28T11:59:30Z', 'just now'],
  ['2026-11-28T11:00:01Z', '59 min'],
  ['2026-11-27T12:00:01Z', '23 h'],
  ['2026-11-26T12:00:01Z', '1 day'],
  ['2026-10-19T12:00:00Z', '40 days'],
  ['2026-11-28T12:00:05Z', 'just now'],
])('%s is %s ago', (built, words) => {
  expect(age(built, '2026-11-28T12:00:00Z')).toBe(words);
});

test.each<[names: string[], prefix: string]>([
  [['o/app-asr:cuda', 'o/app-base:cpu'], 'o/app-'],
  [['o/app-base:cpu', 'o/app-base:cuda'], 'o/app-'],
  [['o/base:1', 'p/base:1'], ''],
  [['o/app-asr:cuda'], ''],
  [[], ''],
])('what %j begin with', (names, prefix) => {
  expect(commonPrefix(names)).toBe(prefix);
});

test.each([
  [1, 100_000, '99.9 %'],
  [100, 100, '0.0 %'],
  [0, 0, '0 %'],
])('%d of %d bytes: %s spared', (unique, naive, words) => {
  expect(spared(unique, naive)).toBe(words);
});
