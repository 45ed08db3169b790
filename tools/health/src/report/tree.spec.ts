import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { sampleFamily } from './testing/family.ts';
import { treeOf, treeText } from './tree.ts';

test('what stands on what: what bears others comes last, so that no line crosses', () => {
  const { images } = assemble(
    sampleFamily((name, found) => (name === 'vad' ? { key: 'k', places: [] } : found)),
  );
  expect(treeText(treeOf(images)).split('\n')).toEqual([
    'root',
    '└─ base       o/app-base:cpu  CPU  + 500.0 MB',
    '   ├─ mux     o/app-mux:cpu   CPU  + 50.0 MB',
    '   └─ ml      o/app-ml:cuda   GPU  + 3.00 GB',
    '      ├─ asr  o/app-asr:cuda  GPU  + 601.0 MB',
    '      └─ vad  o/app-vad:cuda  GPU',
  ]);
});

test('as data, with nothing but what is known', () => {
  const { images } = assemble(
    sampleFamily((name, found) => (name === 'mux' ? { key: 'k', places: [] } : found)),
  );
  const [base] = treeOf(images);
  expect(JSON.parse(JSON.stringify(base))).toMatchObject({ name: 'base', own: 500e6 });
  expect(base?.children.map(({ name, own, children }) => [name, own, children.length])).toEqual([
    ['ml', 3000e6, 2],
    ['mux', undefined, 0],
  ]);
});

test('without a record of a base, what stands on it still adds what it adds', () => {
  const { images } = assemble(
    sampleFamily((name, found) => (['base', 'ml'].includes(name) ? { key: 'k' } : found)),
  );
  expect(images.map(({ name, sizes }) => [name, sizes?.own])).toEqual(
    expect.arrayContaining([
      ['base', undefined],
      ['mux', 50e6],
      ['asr', 601e6],
    ]),
  );
});

test('no image is a tree, too', () => {
  expect(treeText(treeOf([]))).toBe('root');
});
