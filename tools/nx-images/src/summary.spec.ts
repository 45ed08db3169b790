import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Receipt } from './receipt.ts';
import { row, writeSummary, type TaskEnd } from './summary.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';

const SIZE = { own: 1_500_000, total: 9_000_000 };
const TRANSFER = { own: 500_000, total: 4_000_000 };
const BUILD = { seconds: 2.5, by: 'Docker' };
const END = { name: 'asr', failed: false, hit: false };

const receipt = (change: Partial<Receipt>): Receipt => ({
  schema: 2,
  name: 'asr',
  image: 'o/app-asr:cuda',
  key: 'k',
  places: {},
  layers: [],
  inputs: {
    schema: 1,
    dockerfile: '',
    files: {},
    args: {},
    platform: '',
    frontend: '',
    labels: {},
    externals: [],
    bases: {},
  },
  ...change,
});

test.each<[what: string, end: Partial<TaskEnd>, receipt: Partial<Receipt> | undefined, line: string]>([
  ['a built image', {}, { size: SIZE, build: BUILD }, '| asr | built in 2.5 s | 1.5 MB | 9.0 MB |  |'],
  [
    'one that grew',
    {},
    { size: SIZE, build: BUILD, former: { key: 'f', size: 8_000_000 } },
    '| asr | built in 2.5 s | 1.5 MB | 9.0 MB | +1.0 MB |',
  ],
  [
    'one that shrank, published: what is fetched counts',
    {},
    { size: SIZE, transfer: TRANSFER, build: BUILD, former: { key: 'f', size: 4_250_000 } },
    '| asr | built in 2.5 s | 0.5 MB | 4.0 MB | −0.3 MB |',
  ],
  ['one that was there', {}, { size: SIZE }, '| asr | was there | 1.5 MB | 9.0 MB |  |'],
  // The receipt of a hit tells how it once was built, and what was before that.
  [
    'a hit',
    { hit: true },
    { size: SIZE, build: BUILD, former: { key: 'f', size: 1 } },
    '| asr | hit | 1.5 MB | 9.0 MB |  |',
  ],
  // The receipt is that of the last success.
  ['a failure', { failed: true }, { size: SIZE, build: BUILD }, '| asr | **failed** |  |  |  |'],
  ['no receipt', { hit: true }, undefined, '| asr | hit |  |  |  |'],
])('%s', (_what, end, change, line) => {
  expect(row({ ...END, ...end }, change && receipt(change))).toBe(line);
});

test('the account of a run replaces the last, and is added to the summary of the job', () => {
  const root = tempFolder();
  writeFiles(root, {
    'dist/images/summary.md': 'old',
    'dist/images/asr.json': JSON.stringify(receipt({ size: SIZE })),
    'dist/images/vad.json': '{',
    'job.md': 'before\n',
  });
  writeSummary(root, [{ ...END, name: 'vad', hit: true }, END], join(root, 'job.md'));
  const text = [
    '| image | this run | adds | whole | change |',
    '|---|---|---|---|---|',
    '| asr | was there | 1.5 MB | 9.0 MB |  |',
    '| vad | hit |  |  |  |',
    '',
  ].join('\n');
  expect(readFileSync(join(root, 'dist/images/summary.md'), 'utf8')).toBe(text);
  expect(readFileSync(join(root, 'job.md'), 'utf8')).toBe(`before\n${text}\n`);
});
