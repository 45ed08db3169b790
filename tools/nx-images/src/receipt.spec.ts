import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineImage, HistoryEntry } from './engine/docker.ts';
import type { Ensured } from './places/context.ts';
import {
  makeReceipt,
  plainInstruction,
  readOwnReceipt,
  readReceipt,
  receiptPath,
  writeReceipt,
  type Receipt,
} from './receipt.ts';
import type { PublishedImage } from './registry/images.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { planWith } from './testing/plan.ts';

/** One Dockerfile on an imported root, built on both stores of Docker 28.5: what `docker image history` printed. */
const HISTORY: readonly (readonly [createdBy: string, containerd: number, overlay2: number])[] = [
  ['COPY a /app/ # buildkit', 12288, 3],
  ['COPY /opt/venv /opt/venv # buildkit', 16384, 2],
  ['USER 1000', 0, 0],
  ['COPY empty/ / # buildkit', 4096, 0],
  ['WORKDIR /data', 4096, 0],
  ['RUN /bin/sh -c true # buildkit', 4096, 0],
  ['WORKDIR /data', 8192, 0],
  ['ENV A=1', 0, 0],
  ['', 131801088, 119099693],
];
const DIFF_IDS = ['root', 'workdir', 'run', 'workdir', 'empty', 'venv', 'app'];
const MADE_BY = [
  '',
  'WORKDIR /data',
  'RUN /bin/sh -c true # buildkit',
  'WORKDIR /data',
  'COPY empty/ / # buildkit',
  'COPY /opt/venv /opt/venv # buildkit',
  'COPY a /app/ # buildkit',
];

const history = (store: 1 | 2): readonly HistoryEntry[] =>
  HISTORY.map((entry) => ({ createdBy: entry[0], size: entry[store] }));

const imageOf = (diffIds: readonly string[]): EngineImage => ({
  id: 'sha256:id',
  tags: [],
  labels: {},
  diffIds,
  size: 0,
  created: '2026-11-28T16:56:06Z',
});

const ensuredWith = (change: Partial<Ensured>): Ensured => ({ plan: planWith(), how: 'found', ...change });

const baseWith = (change: Partial<Ensured>): Ensured =>
  ensuredWith({ plan: planWith({ name: 'ml', key: 'base-key', base: undefined }), ...change });

const make = (
  entries: readonly HistoryEntry[],
  diffIds: readonly string[] = DIFF_IDS,
  baseLayers = 4,
): Receipt =>
  makeReceipt(
    ensuredWith({ loaded: imageOf(diffIds) }),
    entries,
    baseWith({ loaded: imageOf(diffIds.slice(0, baseLayers)) }),
  );

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

test.each([
  ['containerd', 1, [131801088, 8192, 4096, 4096, 4096, 16384, 12288], { own: 32768, total: 131850240 }],
  ['overlay2', 2, [119099693, 0, 0, 0, 0, 2, 3], { own: 5, total: 119099698 }],
] as const)('layers, and what made them, on %s', (_store, column, sizes, size) => {
  const receipt = make(history(column));
  expect(receipt.layers).toEqual(
    DIFF_IDS.map((diffId, index) => ({ diffId, size: sizes[index], createdBy: MADE_BY[index] })),
  );
  expect(receipt.size).toEqual(size);
});

test.each<
  [what: string, entries: readonly HistoryEntry[], diffIds: readonly string[], madeBy: readonly unknown[]]
>([
  [
    'WORKDIR / makes no layer',
    [
      { createdBy: 'WORKDIR /', size: 0 },
      { createdBy: 'COPY a /', size: 1 },
    ],
    ['a'],
    ['COPY a /'],
  ],
  [
    'layers of other tools are known by their size',
    [
      { createdBy: 'CMD ["bash"]', size: 0 },
      { createdBy: "# debian.sh --arch 'amd64' out/ 'bookworm'", size: 9 },
    ],
    ['a'],
    ["# debian.sh --arch 'amd64' out/ 'bookworm'"],
  ],
  [
    'a layer older than all history is not told apart',
    [{ createdBy: 'RUN a', size: 1 }],
    ['a', 'b'],
    [undefined, 'RUN a'],
  ],
  [
    'a long instruction is cut, and stands on one line',
    [{ createdBy: `RUN a \t\n b${'x'.repeat(300)}`, size: 1 }],
    ['a'],
    [`RUN a b${'x'.repeat(193)}`],
  ],
])('%s', (_what, entries, diffIds, madeBy) => {
  expect(make(entries, diffIds, 0).layers.map(({ createdBy }) => createdBy)).toEqual(madeBy);
});

test('an image without an internal base owns all its layers', () => {
  const { size, base } = makeReceipt(ensuredWith({ loaded: imageOf(DIFF_IDS) }), history(2), undefined);
  expect(size).toEqual({ own: 119099698, total: 119099698 });
  expect(base).toBeUndefined();
});

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
  expect(make([]).build).toBeUndefined();
});

test('a receipt is written whole, beside the old one and then in its place', () => {
  const root = tempFolder();
  const path = join(root, receiptPath('asr'));
  mkdirSync(join(root, 'dist/images'), { recursive: true });
  writeFileSync(path, 'old');
  // Whoever has the old file open goes on reading the old text.
  linkSync(path, join(root, 'reader'));
  const receipt = make(history(1));
  writeReceipt(root, receipt);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(receipt)));
  expect(readFileSync(join(root, 'reader'), 'utf8')).toBe('old');
  expect(readdirSync(join(root, 'dist/images')).sort()).toEqual(['asr.json', 'here']);
  expect(readdirSync(join(root, 'dist/images/here'))).toEqual(['asr.json']);
});

test('what Nx restores from another machine leaves what this one wrote', () => {
  const root = tempFolder();
  const own = make(history(1));
  writeReceipt(root, own);
  const other = { ...own, places: { engine: 'sha256:other' } };
  writeFiles(root, { [receiptPath('asr')]: JSON.stringify(other) });
  expect(readReceipt(root, 'asr')).toMatchObject({ places: { engine: 'sha256:other' } });
  expect(readOwnReceipt(root, 'asr')).toMatchObject({ places: { engine: 'sha256:id' } });
});

test.each([
  [
    'build arguments, some empty',
    'RUN |2 A=1 B= /bin/sh -c sh /system/install # buildkit',
    'RUN sh /system/install',
  ],
  // Fails where a value ends at its first blank.
  ['a value with blanks', 'RUN |2 A=1 2 B=x y /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
  ['no build arguments', 'RUN /bin/sh -c true # buildkit', 'RUN true'],
  ['build arguments, no shell', 'RUN |1 A=1 sh /x A=2 # buildkit', 'RUN sh /x A=2'],
  ['no shell', 'RUN sh /x # buildkit', 'RUN sh /x'],
  // Fails where the shell is taken away wherever it stands.
  [
    'a shell in the command',
    'RUN /bin/sh -c echo |1 A=1 /bin/sh -c x # buildkit',
    'RUN echo |1 A=1 /bin/sh -c x',
  ],
  ['no RUN', 'COPY a /app/ # buildkit', 'COPY a /app/'],
  ['an end that was cut', 'RUN /bin/sh -c aaa', 'RUN aaa'],
  ['no BuildKit', "# debian.sh --arch 'amd64' out/ 'bookworm'", "# debian.sh --arch 'amd64' out/ 'bookworm'"],
  ['nothing', '', ''],
])('the instruction in a history: %s', (_what, createdBy, instruction) => {
  expect(plainInstruction(createdBy)).toBe(instruction);
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
