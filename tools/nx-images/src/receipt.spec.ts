import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Ensured } from './places/context.ts';
import {
  makeReceipt,
  readOwnReceipt,
  readReceipt,
  receiptPath,
  writeReceipt,
  type Receipt,
} from './receipt.ts';
import type { PublishedImage } from './registry/images.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { planWith } from './testing/plan.ts';
import { baseWith, ensuredWith, imageOf } from './testing/receipt.ts';

/** As a registry has it, with layers of these sizes. */
const publishedOf = (layers: Readonly<Record<string, number>>): PublishedImage => ({
  reference: 'r.example/o/app-asr@sha256:m',
  labels: {},
  platform: 'linux/amd64',
  diffIds: Object.keys(layers),
  createdBy: Object.keys(layers).map((name) => `RUN ${name}`),
  manifest: {
    mediaType: '',
    digest: 'sha256:m',
    size: 1,
    bytes: Buffer.of(),
    body: {
      schemaVersion: 2,
      config: { mediaType: '', digest: 'sha256:c', size: 1 },
      layers: Object.entries(layers).map(([name, size]) => ({
        mediaType: '',
        digest: `sha256:${name}`,
        size,
      })),
    },
  },
});

/** Of an image with one layer of its own. */
const plain = (): Receipt =>
  makeReceipt(
    ensuredWith({ loaded: imageOf(['a', 'b']) }),
    [{ createdBy: 'RUN b', size: 1 }],
    baseWith({ loaded: imageOf(['a']) }),
  );

test.each<[what: string, ensured: Partial<Ensured>, base: Partial<Ensured>, expected: Partial<Receipt>]>([
  [
    'in a registry: what is fetched, and no word on a disk',
    { published: publishedOf({ a: 10, b: 3 }) },
    { published: publishedOf({ a: 10 }) },
    {
      places: { engine: undefined, registry: 'r.example/o/app-asr@sha256:m' },
      size: undefined,
      transfer: { own: 3, total: 13 },
      layers: [
        { diffId: 'a', size: undefined, blob: { digest: 'sha256:a', size: 10 }, createdBy: 'RUN a' },
        { diffId: 'b', size: undefined, blob: { digest: 'sha256:b', size: 3 }, createdBy: 'RUN b' },
      ],
    },
  ],
  [
    'in the engine: no word on a registry',
    { loaded: imageOf(['a', 'b']) },
    { loaded: imageOf(['a']) },
    {
      places: { engine: 'sha256:id', registry: undefined },
      size: { own: 7, total: 107 },
      transfer: undefined,
      layers: [
        { diffId: 'a', size: 100, blob: undefined, createdBy: 'RUN x' },
        { diffId: 'b', size: 7, blob: undefined, createdBy: 'RUN y' },
      ],
    },
  ],
  [
    'brought from one to the other: of both',
    { loaded: imageOf(['a', 'b']), published: publishedOf({ a: 10, b: 3 }), how: 'brought' },
    { loaded: imageOf(['a']) },
    {
      places: { engine: 'sha256:id', registry: 'r.example/o/app-asr@sha256:m' },
      size: { own: 7, total: 107 },
      transfer: { own: 3, total: 13 },
      layers: [
        { diffId: 'a', size: 100, blob: { digest: 'sha256:a', size: 10 }, createdBy: 'RUN x' },
        { diffId: 'b', size: 7, blob: { digest: 'sha256:b', size: 3 }, createdBy: 'RUN y' },
      ],
    },
  ],
])('the receipt of an image %s', (_what, ensured, base, expected) => {
  const entries = [
    { createdBy: 'RUN y', size: 7 },
    { createdBy: 'RUN x', size: 100 },
  ];
  expect(makeReceipt(ensuredWith(ensured), entries, baseWith(base))).toMatchObject(expected);
});

test('what else it tells', () => {
  const plan = planWith();
  const former = { key: 'f', size: 5 };
  const build = { seconds: 1.2345, by: 'Docker 28' };
  const loaded = imageOf(['a']);
  const receipt = makeReceipt({ plan, loaded, how: 'built', build, former }, [], baseWith({ loaded }));
  expect(receipt).toMatchObject({
    schema: 2,
    name: 'asr',
    image: 'o/app-asr:cuda',
    key: plan.key,
    base: { name: 'ml', key: 'base-key' },
    build: { seconds: 1.2, by: 'Docker 28' },
    former,
    inputs: plan.inputs,
  });
  expect(plain().build).toBeUndefined();
});

test('a receipt is written whole, beside the old one and then in its place', () => {
  const root = tempFolder();
  const path = join(root, receiptPath('asr'));
  mkdirSync(join(root, 'dist/images'), { recursive: true });
  writeFileSync(path, 'old');
  // Whoever has the old file open goes on reading the old text.
  linkSync(path, join(root, 'reader'));
  const receipt = plain();
  writeReceipt(root, receipt);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(receipt)));
  expect(readFileSync(join(root, 'reader'), 'utf8')).toBe('old');
  expect(readdirSync(join(root, 'dist/images')).sort()).toEqual(['asr.json', 'here']);
  expect(readdirSync(join(root, 'dist/images/here'))).toEqual(['asr.json']);
});

test('what Nx restores from another machine leaves what this one wrote', () => {
  const root = tempFolder();
  const own = plain();
  writeReceipt(root, own);
  const other = { ...own, places: { engine: 'sha256:other' } };
  writeFiles(root, { [receiptPath('asr')]: JSON.stringify(other) });
  expect(readReceipt(root, 'asr')).toMatchObject({ places: { engine: 'sha256:other' } });
  expect(readOwnReceipt(root, 'asr')).toMatchObject({ places: { engine: 'sha256:id' } });
});

const GOOD = { schema: 2, name: 'asr', key: 'k', places: {} };

test.each<[what: string, text: string | undefined, read: unknown]>([
  ['a receipt', JSON.stringify(GOOD), GOOD],
  ['no receipt', undefined, undefined],
  ['half a receipt', '{"schema":2', { wrong: 'is damaged' }],
  ['an empty file', '', { wrong: 'is damaged' }],
  ['null', 'null', { wrong: 'is of another version of this plugin' }],
  [
    'one of another schema',
    JSON.stringify({ ...GOOD, schema: 1 }),
    { wrong: 'is of another version of this plugin' },
  ],
  ['that of another image', JSON.stringify({ ...GOOD, name: 'vad' }), { wrong: 'is that of vad' }],
  ['one without a key', JSON.stringify({ ...GOOD, key: undefined }), { wrong: 'is damaged' }],
  ['one without places', JSON.stringify({ ...GOOD, places: undefined }), { wrong: 'is damaged' }],
  ['one with null for places', JSON.stringify({ ...GOOD, places: null }), { wrong: 'is damaged' }],
])('%s is read', (_what, text, read) => {
  const root = tempFolder();
  if (text !== undefined) writeFiles(root, { [receiptPath('asr')]: text, 'dist/images/here/asr.json': text });
  expect(readReceipt(root, 'asr')).toEqual(read);
  expect(readOwnReceipt(root, 'asr')).toEqual(text === JSON.stringify(GOOD) ? GOOD : undefined);
});
