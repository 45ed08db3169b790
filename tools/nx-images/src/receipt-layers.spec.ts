import { expect, test } from 'vitest';
import type { HistoryEntry } from './engine/docker.ts';
import { makeReceipt, plainInstruction, type Receipt } from './receipt.ts';
import { baseWith, ensuredWith, imageOf } from './testing/receipt.ts';

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
