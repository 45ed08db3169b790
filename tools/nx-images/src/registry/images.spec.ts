import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { problemsOf, problemsOfPromise } from '../testing/problems.ts';
import { fakeRegistry, type FakeImage } from '../testing/published.ts';
import type { Descriptor } from './client.ts';
import { checkBase, findImage, readImage, standsOn, transferSize, type PublishedImage } from './images.ts';

const PLAN = planWith();
const KEYED = PLAN.keyed;
const find = (image: FakeImage | undefined): Promise<PublishedImage | undefined> =>
  findImage(fakeRegistry('r.example', image === undefined ? {} : { [KEYED]: image }), PLAN);

test('an image by its key: what it is, and by which digest', async () => {
  const image = await find({ key: PLAN.key, diffIds: ['sha256:a', 'sha256:b'] });
  expect(image).toMatchObject({
    labels: { 'io.github.nx-images.key': PLAN.key },
    platform: 'linux/amd64',
    diffIds: ['sha256:a', 'sha256:b'],
    createdBy: ['RUN sha256:a', 'RUN sha256:b'],
  });
  expect(image?.reference).toBe(`r.example/o/app-asr@${image?.manifest.digest ?? ''}`);
});

test('nothing under the key, though there is an image of that name', async () => {
  const registry = fakeRegistry('r.example', { 'o/app-asr:cuda': { key: PLAN.key } });
  expect(await findImage(registry, PLAN)).toBeUndefined();
  expect(await readImage(registry, PLAN.image, 'cuda')).toBeDefined();
});

test.each<[code: string, what: string, image: FakeImage]>([
  ['registry-key-mismatch', 'another key', { key: 'b'.repeat(64) }],
  // The tag holds 12 digits of it only.
  ['registry-key-mismatch', 'a key that begins the same', { key: `${'a'.repeat(63)}b` }],
  ['registry-key-mismatch', 'no label', {}],
  ['registry-wrong-platform', 'another platform', { key: PLAN.key, os: 'windows' }],
  ['registry-image-damaged', 'a configuration of fewer layers', { key: PLAN.key, layers: 2 }],
  ['registry-image-damaged', 'a configuration that is no JSON', { config: '{' }],
  ['registry-image-damaged', 'a configuration of something else', { config: '{}' }],
])('%s: %s', async (code, _what, image) => {
  expect((await problemsOfPromise(find(image))).map((problem) => problem.code)).toEqual([code]);
});

test.each<[what: string, variant: string | undefined, platform: string]>([
  ['with a variant', 'v8', 'linux/arm64/v8'],
  ['with an empty one', '', 'linux/arm64'],
  ['without', undefined, 'linux/arm64'],
])('the platform %s', async (_what, variant, platform) => {
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'arm64',
    variant,
    rootfs: { diff_ids: ['sha256:a'] },
  });
  const image = await readImage(
    fakeRegistry('r.example', { [KEYED]: { config } }),
    KEYED,
    'key-aaaaaaaaaaaa',
  );
  expect(image?.platform).toBe(platform);
  expect(image?.labels).toEqual({});
});

test.each<[what: string, layers: string, base: string, stands: boolean]>([
  ['on it', 'a b c', 'a b', true],
  ['it adds nothing', 'a b', 'a b', true],
  ['on nothing', 'a', '', true],
  ['in another order', 'b a c', 'a b', false],
  ['on a part of it', 'a', 'a b', false],
  ['on what is above it', 'x a b', 'a b', false],
])('whether an image stands on another: %s', async (_what, layers, base, stands) => {
  const [upper, lower] = [layers, base].map((text) => text.split(' ').filter((layer) => layer !== ''));
  expect(standsOn(upper ?? [], lower ?? [])).toBe(stands);
  const registry = fakeRegistry('r.example', {
    'o/app-asr:x': { diffIds: upper ?? [] },
    'o/app-ml:x': { diffIds: lower ?? [] },
  });
  const image = await readImage(registry, 'o/app-asr:x', 'x');
  const under = await readImage(registry, 'o/app-ml:x', 'x');
  if (image === undefined || under === undefined) throw new Error('the fake has both');
  const problems = problemsOf(() => {
    checkBase(image, under, PLAN);
  });
  expect(problems.map(({ code }) => code)).toEqual(stands ? [] : ['registry-base-mismatch']);
});

test('bytes to fetch: a layer that comes twice is fetched once', () => {
  const layer = (digest: string, size: number): Descriptor => ({ mediaType: '', digest, size });
  expect(transferSize([layer('a', 5), layer('b', 5), layer('a', 5)])).toBe(10);
  expect(transferSize([])).toBe(0);
});
