import { expect, test } from 'vitest';
import { parseRelease } from './parse.ts';
import { imagesOf, keyedOf, referenceOf, releaseText, sameRelease, servicesOf } from './release.ts';
import { releaseWith } from './testing/release.ts';

const release = releaseWith();

test('the file is what Compose takes: one service for each image that no other stands on, by digest', () => {
  expect(JSON.parse(releaseText(release))).toEqual({
    'x-release': JSON.parse(JSON.stringify(release)) as unknown,
    services: {
      asr: { image: `registry.example/team/o/app-asr@sha256:${'b'.repeat(64)}` },
      demux: { image: `registry.example/team/o/app-demux@sha256:${'d'.repeat(64)}` },
    },
  });
});

test('what is written is read', () => {
  expect(parseRelease(releaseText(release), 'r.json')).toEqual(JSON.parse(JSON.stringify(release)));
});

test('bases come first, however they stand in the file', () => {
  const { ml, asr, demux } = release.images;
  const images = { asr, ml, demux } as typeof release.images;
  expect(imagesOf({ ...release, images }).map(({ name }) => name)).toEqual(['ml', 'asr', 'demux']);
  expect(imagesOf({ ...release, images }, ['demux']).map(({ name }) => name)).toEqual(['demux']);
});

test('names of an image', () => {
  const [ml] = imagesOf(release);
  expect(ml && keyedOf(ml)).toBe('o/app-ml:key-aaaaaaaaaaaa');
  expect(ml && referenceOf(release, ml)).toBe(`registry.example/team/o/app-ml@sha256:${'a'.repeat(64)}`);
});

test('a base alone is pinned as a service', () => {
  const { ml } = release.images;
  expect(Object.keys(servicesOf(releaseWith({ images: { ml } as typeof release.images })))).toEqual(['ml']);
});

test.each([
  ['another time', { created: '2027-01-01T00:00:00.000Z' }, true],
  ['another commit', { revision: 'd'.repeat(40) }, false],
  ['another registry', { registry: 'other.example' }, false],
  ['changed files', { dirty: true }, false],
] as const)('the same release with %s: %#', (_what, change, same) => {
  expect(sameRelease(release, { ...release, ...change })).toBe(same);
});
