import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EngineImage, HistoryEntry } from './engine/docker.ts';
import { makeReceipt, receiptPath, recordedKey, writeReceipt, type Receipt } from './receipt.ts';
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
});

const make = (
  entries: readonly HistoryEntry[],
  diffIds: readonly string[] = DIFF_IDS,
  baseLayers = 4,
): Receipt =>
  makeReceipt(
    planWith(),
    imageOf(diffIds),
    entries,
    { key: 'base-key', diffIds: diffIds.slice(0, baseLayers) },
    undefined,
  );

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
  const { size, base } = makeReceipt(
    planWith({ base: undefined }),
    imageOf(DIFF_IDS),
    history(2),
    undefined,
    undefined,
  );
  expect(size).toEqual({ own: 119099698, total: 119099698 });
  expect(base).toBeUndefined();
});

test('what else it tells', () => {
  const engine = { version: '28', store: 'overlay2', buildx: '0.29.1', builder: 'default', dataRoot: '/d' };
  const plan = planWith();
  const receipt = makeReceipt(
    plan,
    imageOf(['a']),
    [],
    { key: 'k', diffIds: [] },
    { seconds: 1.2345, engine },
  );
  expect(receipt).toMatchObject({
    schema: 1,
    name: 'asr',
    image: 'o/app-asr:cuda',
    key: plan.key,
    places: { engine: 'sha256:id' },
    base: { name: 'ml', key: 'k' },
    build: { seconds: 1.2, engine: '28', store: 'overlay2', buildx: '0.29.1' },
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
  expect(readdirSync(join(root, 'dist/images'))).toEqual(['asr.json']);
});

test('the folder of receipts is made', () => {
  const root = tempFolder();
  writeReceipt(root, make([]));
  expect(readdirSync(join(root, 'dist/images'))).toEqual(['asr.json']);
});

test.each<[what: string, text: string | undefined, key: string | undefined]>([
  ['a receipt', '{"key":"k"}', 'k'],
  ['no receipt', undefined, undefined],
  ['half a receipt', '{"key":"k"', undefined],
])('the recorded key of %s', (_what, text, key) => {
  const root = tempFolder();
  if (text !== undefined) writeFiles(root, { [receiptPath('asr')]: text });
  expect(recordedKey(root, 'asr')).toBe(key);
});
