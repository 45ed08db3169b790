import { expect, test } from 'vitest';
import { problemsOf } from '../testing/problems.ts';
import { blobPath, blobsOf, layoutFiles, tarPath, type LaidImage } from './layout.ts';
import { imagesOf, keyedOf } from './release.ts';
import { releaseWith } from './testing/release.ts';

const blob = (hex: string, size: number) => ({ mediaType: 'm', digest: `sha256:${hex.repeat(64)}`, size });
const laid = imagesOf(releaseWith()).map((image, index): LaidImage => ({
  image,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  size: 7,
  config: blob(String(index), 1),
  layers: [blob('e', 10), blob('f', 20)],
}));

test('the list that OCI has, and the one that overlay2 reads, name the same images', () => {
  const files = layoutFiles(laid, keyedOf);
  expect(Object.keys(files).at(-1)).toBe('index.json');
  const index = JSON.parse(files['index.json'] ?? '') as { manifests: object[] };
  expect(index.manifests[1]).toEqual({
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: `sha256:${'b'.repeat(64)}`,
    size: 7,
    annotations: {
      'org.opencontainers.image.ref.name': 'o/app-asr:key-bbbbbbbbbbbb',
      'io.containerd.image.name': 'docker.io/o/app-asr:key-bbbbbbbbbbbb',
    },
  });
  const list = JSON.parse(files['manifest.json'] ?? '') as object[];
  expect(list[1]).toEqual({
    Config: `blobs/sha256/${'1'.repeat(64)}`,
    RepoTags: ['o/app-asr:key-bbbbbbbbbbbb'],
    Layers: ['e', 'f'].map((hex) => `blobs/sha256/${hex.repeat(64)}`),
  });
});

test.each([
  ['app:1', 'docker.io/library/app:1'],
  ['o/app:1', 'docker.io/o/app:1'],
  ['registry.example/o/app:1', 'registry.example/o/app:1'],
  ['localhost/app:1', 'localhost/app:1'],
])('%s is %s in full', (name, full) => {
  const { 'index.json': index = '' } = layoutFiles(laid, () => name);
  expect(index).toContain(`"io.containerd.image.name": "${full}"`);
});

test('blobs are there once, manifests too', () => {
  const digests = blobsOf(laid).map(({ digest }) => digest.slice(7, 8));
  expect(digests.sort()).toEqual(['0', '1', '2', 'a', 'b', 'd', 'e', 'f']);
});

test.each([
  'sha256:..',
  `sha256:${'a'.repeat(63)}/`,
  `md5:${'a'.repeat(64)}`,
  'sha256:',
  `../${'a'.repeat(64)}`,
])('%s has no path', (digest) => {
  expect(problemsOf(() => blobPath(digest)).map(({ code }) => code)).toEqual(['digest-mismatch']);
  expect(problemsOf(() => tarPath(digest))).toHaveLength(1);
});
