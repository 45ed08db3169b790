import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { sampleFamily } from './testing/family.ts';

const DATA = assemble(sampleFamily());
const megabytes = (bytes: number | undefined): number | undefined =>
  bytes === undefined ? undefined : bytes / 1e6;

test('whole, own and shared bytes of each image', () => {
  const sizes = DATA.images.map(({ name, device, sizes: one }) =>
    [name, device, megabytes(one?.whole), megabytes(one?.own), megabytes(one?.shared)].join(' '),
  );
  expect(sizes).toEqual([
    // Own: without the root image. Shared: all of a base, and of a stage also what one beside it has.
    'base CPU 600 500 600',
    'ml GPU 3600 3000 3600',
    'asr GPU 4201 601 4200',
    'mux CPU 650 50 600',
    'vad GPU 4202 602 4200',
  ]);
});

test('each layer once, of the first that adds it, with all that have it', () => {
  expect(DATA.layers.map(({ diffId, owner, step, images }) => [diffId, owner, step, images.length])).toEqual([
    ['root', 'root', 'root image', 5],
    ['apt', 'base', 'RUN apt', 5],
    ['common', 'base', 'COPY --from=x /opt', 5],
    ['torch', 'ml', 'COPY --from=x /opt', 3],
    ['speech', 'asr', 'COPY --from=x /opt', 2],
    ['asr', 'asr', 'COPY --from=x /app', 1],
    ['mux', 'mux', 'COPY --from=x /app', 1],
    ['vad', 'vad', 'COPY --from=x /app', 1],
  ]);
  expect(DATA.layers.find(({ diffId }) => diffId === 'apt')?.place).toBe('images/base/Dockerfile:4');
  expect([megabytes(DATA.unique), megabytes(DATA.naive)]).toEqual([4253, 13_253]);
  expect(DATA.torch).toEqual({ copies: 1, images: 3 });
  expect(DATA.notes).toEqual([]);
});

test('a second torch is counted, also under the same name and version', () => {
  const family = sampleFamily();
  const torch = family.packages.get('torch') ?? [];
  const data = assemble({ ...family, packages: new Map([...family.packages, ['mux', torch]]) });
  expect(data.torch).toEqual({ copies: 2, images: 4 });
});

test('of layers that nobody read nothing is claimed', () => {
  const family = sampleFamily();
  const packages = new Map([...family.packages].filter(([diffId]) => diffId !== 'mux'));
  const data = assemble({ ...family, packages });
  expect(data.torch).toBeUndefined();
  expect(data.layers.find(({ diffId }) => diffId === 'mux')?.packages).toBeUndefined();
  expect(data.notes).toEqual([
    'The packages in 1 of 8 layers are not known: nobody read them. npx nx run-many -t docker-audit',
  ]);
});

test('an image without a record has no sizes, and the others have theirs', () => {
  const data = assemble(sampleFamily((name, found) => (name === 'vad' ? { key: 'k', places: [] } : found)));
  expect(data.images.find(({ name }) => name === 'vad')).toMatchObject({ sizes: undefined, places: [] });
  expect(megabytes(data.naive)).toBe(13_253 - 4202);
  // Nobody else has the layer now.
  expect(megabytes(data.images.find(({ name }) => name === 'asr')?.sizes?.shared)).toBe(3600);
  expect(data.notes).toEqual([
    'No sizes of vad: there is no record of a build. npx nx run-many -t docker-build',
  ]);
});

test('records of other sources, and of images that are only in a registry, are told', () => {
  const data = assemble(
    sampleFamily((name, found) => {
      if (name === 'mux') return { ...found, key: 'another' };
      if (name !== 'vad' || found.receipt === undefined) return found;
      const layers = found.receipt.layers.map((layer) =>
        layer.diffId === 'vad' ? { diffId: 'vad', blob: { digest: 'd', size: 5e5 } } : layer,
      );
      return { ...found, receipt: { ...found.receipt, layers } };
    }),
  );
  expect(data.notes).toEqual([
    'The sizes of mux are of other sources than the present ones. npx nx run mux:why',
    'Layers of vad are not in the engine: bytes are those to fetch, compressed. npx nx run images:load',
  ]);
  expect(megabytes(data.images.find(({ name }) => name === 'vad')?.sizes?.own)).toBe(600.5);
});

test('a record that does not fit the Dockerfiles of today is told by what made its layers then', () => {
  const layers = [
    { diffId: 'old', size: 7, createdBy: 'RUN |2 A=1 B= /bin/sh -c sh /system/install # buildkit' },
  ];
  const data = assemble(
    sampleFamily((name, found) =>
      name === 'base' && found.receipt
        ? { ...found, receipt: { ...found.receipt, layers } }
        : { ...found, receipt: undefined },
    ),
  );
  expect(data.layers).toMatchObject([{ step: 'RUN sh /system/install', owner: 'base', bytes: 7 }]);
});
