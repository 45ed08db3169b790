import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KEY_LABEL } from '../plan/plan.ts';
import { digestOf } from '../registry/manifest.ts';
import { tempFolder } from '../testing/folders.ts';
import { problemsOf } from '../testing/problems.ts';
import { blobPath } from './layout.ts';
import { readLaid } from './read-laid.ts';
import { imagesOf } from './release.ts';
import { makePipe } from './testing/pipe.ts';
import { releaseWith } from './testing/release.ts';

interface Bundle {
  readonly folder: string;
  /** Adds a blob. @returns its digest */
  readonly add: (content: unknown) => string;
  readonly config: string;
  readonly layer: string;
  readonly manifest: string;
}

/** A bundle of one image. */
function bundle(): Bundle {
  const folder = tempFolder();
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const add = (content: unknown): string => {
    const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    writeFileSync(join(folder, blobPath(digestOf(bytes))), bytes);
    sizes.set(digestOf(bytes), bytes.length);
    return digestOf(bytes);
  };
  const layer = add('(layer)');
  const config = add({ config: { Labels: { [KEY_LABEL]: 'a'.repeat(64) } } });
  const manifest = add({ config: blob(config), layers: [blob(layer)] });
  return { folder, add, config, layer, manifest };
}

/** Bytes of what was added, by digest. */
const sizes = new Map<unknown, number>();
const blob = (digest: unknown, size = sizes.get(digest) ?? 7) => ({ mediaType: 'm', digest, size });

/** Reads the image that has a digest. */
function read(folder: string, digest: string) {
  const [image] = imagesOf(releaseWith(), ['ml']);
  if (image === undefined) throw new Error('the release has no ml');
  return readLaid(folder, { ...image, digest });
}

/** Puts something in the place of a blob. */
const put = (folder: string, digest: string, make: (path: string) => unknown): void => {
  const path = join(folder, blobPath(digest));
  rmSync(path);
  make(path);
};

test('an image of a bundle', () => {
  const { folder, config, layer, manifest } = bundle();
  expect(read(folder, manifest)).toMatchObject({ config: { digest: config }, layers: [{ digest: layer }] });
});

test.each<[what: string, damage: (bundle: Bundle) => string | undefined, file: 'release' | keyof Bundle]>([
  ['a configuration for an image', ({ config }) => config, 'release'],
  ['a layer for an image', ({ layer }) => layer, 'release'],
  ['a list for an image', ({ add }) => add([]), 'release'],
  ['a manifest without layers', ({ add, config }) => add({ config: blob(config) }), 'release'],
  ['a manifest without a configuration', ({ add }) => add({ layers: [] }), 'release'],
  [
    'a manifest with a layer that is null',
    ({ add, config }) => add({ config: blob(config), layers: [null] }),
    'release',
  ],
  ['a manifest with a path for a digest', ({ add }) => add({ config: blob('../x'), layers: [] }), 'release'],
  ['a manifest with a number for a digest', ({ add }) => add({ config: blob(1), layers: [] }), 'release'],
  ['a layer for a configuration', ({ add, layer }) => add({ config: blob(layer), layers: [] }), 'release'],
  [
    'a configuration of another size',
    ({ add, config }) => add({ config: blob(config, 1), layers: [] }),
    'release',
  ],
  ['null for a configuration', ({ add }) => add({ config: blob(add('null')), layers: [] }), 'release'],
  [
    'no manifest',
    ({ folder, manifest }) => {
      put(folder, manifest, () => undefined);
      return undefined;
    },
    'manifest',
  ],
  [
    'a folder for a manifest',
    ({ folder, manifest }) => {
      put(folder, manifest, mkdirSync);
      return undefined;
    },
    'manifest',
  ],
  [
    'a pipe for a manifest',
    ({ folder, manifest }) => {
      put(folder, manifest, makePipe);
      return undefined;
    },
    'manifest',
  ],
  [
    'a manifest too large to read',
    ({ folder, manifest }) => {
      truncateSync(join(folder, blobPath(manifest)), 3 * 2 ** 30);
      return undefined;
    },
    'manifest',
  ],
  [
    'a manifest that gives an error when it is read',
    ({ folder, manifest }) => {
      put(folder, manifest, (path) => {
        symlinkSync('/proc/self/mem', path);
      });
      return undefined;
    },
    'manifest',
  ],
  [
    'a folder for a configuration',
    ({ folder, config }) => {
      put(folder, config, mkdirSync);
      return undefined;
    },
    'config',
  ],
  [
    'a folder for a layer',
    ({ folder, layer }) => {
      put(folder, layer, mkdirSync);
      return undefined;
    },
    'layer',
  ],
  [
    'a pipe for a layer',
    ({ folder, layer }) => {
      put(folder, layer, makePipe);
      return undefined;
    },
    'layer',
  ],
  [
    'a layer that is cut off',
    ({ folder, layer }) => {
      truncateSync(join(folder, blobPath(layer)), 1);
      return undefined;
    },
    'layer',
  ],
])('a bundle with %s is damaged', (_what, damage, at) => {
  const made = bundle();
  const digest = damage(made) ?? made.manifest;
  const file = join(made.folder, at === 'release' ? 'release.json' : blobPath(String(made[at])));
  expect(problemsOf(() => read(made.folder, digest))).toMatchObject([
    { code: 'bundle-damaged', file, mend: expect.stringContaining('copy the bundle again') as string },
  ]);
});

test.each([[null], [{}], [{ Labels: null }], [{ Labels: { [KEY_LABEL]: 'b' } }]])(
  'an image of the configuration %j is not that of the release',
  (inner) => {
    const { folder, add } = bundle();
    const manifest = add({ config: blob(add({ config: inner })), layers: [] });
    expect(problemsOf(() => read(folder, manifest)).map(({ code }) => code)).toEqual([
      'release-image-mismatch',
    ]);
  },
);
