import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Registry } from '../registry/client.ts';
import { readImage, type PublishedImage } from '../registry/images.ts';
import { parseRegistry } from '../registry/reference.ts';
import { inspect, tagsOf } from '../testing/docker.ts';
import { Engine } from '../testing/engine.ts';
import { ALL, Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';
import { putManifests, sentBlobs, writesIn } from '../testing/traffic.ts';

let server: TestRegistry;
let family: Family;
let publish: Readonly<Record<string, string>>;
beforeAll(async () => {
  [server, family] = await Promise.all([TestRegistry.start(), Family.create()]);
  publish = publishTo('first');
});
afterAll(async () => {
  await family.dispose();
  await server.stop();
});
beforeEach(() => {
  server.forget();
});

/** The family in a registry that has the path `path` on the test's server. */
function publishTo(path: string): Readonly<Record<string, string>> {
  return { NX_IMAGES_REGISTRY: `${server.host}/${path}`, NX_IMAGES_PUBLISH: 'true' };
}

const client = (path: string): Registry => new Registry(parseRegistry(`${server.host}/${path}`));

const PYTHON = ALL.map((name) => `${name}.python`);

test('a first publishing run leaves all images in the registry and none in the engine', async () => {
  const build = await family.build({ env: publish });
  expect(build, build.output).toMatchObject({ code: 0, tasks: ALL, builds: [...ALL, ...PYTHON].sort() });
  expect(build.output).toContain(
    `nx-images: 5 images in ${server.host}/first, 0 loaded here (to load them: npx nx run images:load)`,
  );
  expect(await tagsOf(family.prefix)).toEqual([]);
  for (const name of ALL) {
    const { published, named } = await registryHas(family, 'first', name);
    expect(named.reference, name).toBe(published.reference);
    for (const { mediaType } of published.manifest.body.layers) expect(mediaType).toMatch(/\+zstd$/);
    const { places, size, transfer, layers } = await family.receipt(name);
    expect(places, name).toEqual({ registry: published.reference });
    expect(size).toBeUndefined();
    expect(layers.map(({ diffId }) => diffId)).toEqual(published.diffIds);
    expect(transfer?.total).toBe(layers.reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0));
  }
  const locks = putManifests(server.requests()).filter((put) => put.includes('/python:lock-'));
  expect(locks).toHaveLength(ALL.length);
  expect(new Set(locks).size).toBe(ALL.length);
  expectSentOnce();
});

test('a second one has hits and sends nothing', async () => {
  expect(await family.build({ env: publish })).toMatchObject({ code: 0, tasks: [], builds: [] });
  expect(writesIn(server.requests())).toEqual([]);
});

test("one without Nx's local cache and receipts sends nothing either", async () => {
  for (const folder of ['.nx', 'dist']) await rm(join(family.root, folder), { recursive: true });
  const build = await family.build({ env: publish });
  expect(build, build.output).toMatchObject({ code: 0, builds: [] });
  expect(writesIn(server.requests())).toEqual([]);
});

test('images of equal Python layers have it installed once', async () => {
  await cp(join(family.root, 'images/leaf-low'), join(family.root, 'images/leaf-new'), { recursive: true });
  try {
    const build = await family.build({ env: publish });
    expect(build, build.output).toMatchObject({ code: 0, builds: ['leaf-new'], runs: [] });
  } finally {
    await family.restore();
  }
});

test('a run without a registry has the same task hashes and keys', async () => {
  const keys = await keysOf(family);
  const build = await family.build();
  // Hits, of which the engine has no image.
  expect(build, build.output).toMatchObject({ code: 0, tasks: [], builds: ALL });
  expect(await keysOf(family)).toEqual(keys);
});

test('what was built here is published as it is, each layer sent once', async () => {
  await rm(join(family.root, '.nx'), { recursive: true });
  const build = await family.build({ env: publishTo('later') });
  expect(build, build.output).toMatchObject({ code: 0, builds: PYTHON, runs: [] });
  expectSentOnce();
  for (const name of ALL) {
    const { published } = await registryHas(family, 'later', name);
    const loaded = await inspect((await family.receipt(name)).image);
    expect(published.diffIds, name).toEqual(loaded?.RootFS.Layers);
    expect((await family.receipt(name)).places.registry).toBe(published.reference);
  }
});

test('a scratch registry before another is the one that is written to; both are read', async () => {
  const both = `${server.host}/scratch,${server.host}/first`;
  const env = { NX_IMAGES_REGISTRY: both, NX_IMAGES_PUBLISH: 'true' };
  await family.append('images/leaf-high/high.py', '# more');
  try {
    const build = await family.build({ env });
    expect(build, build.output).toMatchObject({ code: 0, builds: ['leaf-high'], runs: [] });
    expect(writesIn(server.requests()).filter((write) => !write.includes('/v2/scratch/'))).toEqual([]);
    const { key } = await family.receipt('leaf-high');
    expect(putManifests(server.requests())).toEqual([
      ...[`key-${key.slice(0, 12)}`, 'latest', 'unverified'].map(
        (tag) => `scratch/${family.image('leaf-high')}:${tag}`,
      ),
    ]);
    // What stands on the one of the first registry is found in both.
    await family.remove(await tagsOf(family.prefix));
    const read = await family.build({ env: { NX_IMAGES_REGISTRY: both } });
    expect(read, read.output).toMatchObject({ code: 0, builds: [] });
    expect((await family.receipt('leaf-high')).places.registry).toContain('/scratch/');
    expect((await family.receipt('leaf-low')).places.registry).toContain('/first/');
  } finally {
    await family.restore();
  }
});

test('two runs at once, on two machines, agree on images that each makes otherwise', async () => {
  const engine = await Engine.start('containerd');
  const clone = await family.clone(engine.host);
  const both = [family, clone];
  try {
    // Its installation writes random bytes.
    for (const one of both) await one.append('images/base-two/requirements.lock', 'raced==1.0');
    for (const build of await Promise.all(both.map((one) => one.build({ env: publish })))) {
      expect(build.code, build.output).toBe(0);
      expect(build.builds).toContain('base-two');
    }
    const images = new Map<string, PublishedImage>();
    for (const name of ['base-one', 'base-two', 'base-three', 'leaf-high']) {
      const { published, named } = await registryHas(family, 'first', name);
      expect(named.reference, name).toBe(published.reference);
      images.set(name, published);
      for (const one of both) {
        const { places, base } = await one.receipt(name);
        expect(places.registry, name).toBe(published.reference);
        const under = images.get(base?.name ?? '')?.diffIds ?? [];
        expect(published.diffIds.slice(0, under.length), name).toEqual(under);
      }
    }
  } finally {
    await clone.dispose();
    await engine.stop();
    await family.restore();
  }
});

/** No layer is sent twice. Only the code that the leaves share, some bytes, is sent with each of them. */
function expectSentOnce(): void {
  const sent = sentBlobs(server.requests()).flatMap(({ digest, bytes }) => (bytes > 1000 ? [digest] : []));
  expect(sent.length).toBeGreaterThanOrEqual(ALL.length);
  expect(sent).toEqual([...new Set(sent)]);
}

/** An image of the family under its key tag and under its name. */
async function registryHas(
  of: Family,
  path: string,
  name: string,
): Promise<{ readonly published: PublishedImage; readonly named: PublishedImage }> {
  const { image, key } = await of.receipt(name);
  const [published, named] = await Promise.all(
    [`key-${key.slice(0, 12)}`, image.replace(/.*:/, '')].map((tag) => readImage(client(path), image, tag)),
  );
  if (published === undefined || named === undefined) throw new Error(`${name} is not in the registry`);
  return { published, named };
}

const keysOf = (of: Family): Promise<readonly string[]> =>
  Promise.all(ALL.map(async (name) => (await of.receipt(name)).key));
