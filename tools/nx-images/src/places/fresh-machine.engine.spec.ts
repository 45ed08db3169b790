import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inspect, tagsOf } from '../testing/docker.ts';
import { Engine } from '../testing/engine.ts';
import { ALL, Family, ROOT } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';
import { fetchedBytes, sentBlobs, writesIn } from '../testing/traffic.ts';

/** Manifests apart, all that a run may fetch which needs no layer. Each large layer has some MB. */
const SMALL = 100_000;

let server: TestRegistry;
/** One machine published everything. */
let family: Family;
/** Another has an engine with nothing but the root, and a fresh clone. */
let engine: Engine;
let clone: Family;
let read: Readonly<Record<string, string>>;
let publish: Readonly<Record<string, string>>;
beforeAll(async () => {
  [server, engine, family] = await Promise.all([
    TestRegistry.start(),
    Engine.start('containerd'),
    Family.create(),
  ]);
  read = { NX_IMAGES_REGISTRY: server.host };
  publish = { ...read, NX_IMAGES_PUBLISH: 'true' };
  const build = await family.build({ env: publish });
  expect(build, build.output).toMatchObject({ code: 0, builds: expect.arrayContaining([...ALL]) as unknown });
  clone = await family.clone(engine.host);
});
afterAll(async () => {
  await clone.dispose();
  await family.dispose();
  await engine.stop();
  await server.stop();
});
beforeEach(() => {
  server.forget();
});

describe('a publishing run', () => {
  test('fetches no layer and puts nothing into the engine', async () => {
    const build = await clone.build({ env: publish });
    expect(build, build.output).toMatchObject({ code: 0, tasks: [], builds: [] });
    expect(build.output).toContain(`5 images in ${server.host}, 0 loaded here`);
    expect(fetchedBytes(server.requests())).toBeLessThan(SMALL);
    expect(writesIn(server.requests())).toEqual([]);
    expect(await tagsOf(family.prefix, engine.host)).toEqual([]);
  });

  /** What is changed, which images are built, and where an instruction RUN does its work. */
  const changes: readonly (readonly [
    change: string,
    make: () => Promise<unknown>,
    builds: readonly string[],
    runs: readonly string[],
  ])[] = [
    ['a script', () => clone.append('images/leaf-high/high.py', '# more'), ['leaf-high'], []],
    [
      'the shared code',
      () => clone.append('libs/shared/src/names.py', '# more'),
      ['leaf-high', 'leaf-low'],
      [],
    ],
    [
      'the lock of a leaf',
      () => clone.append('images/leaf-low/requirements.lock', 'more==1.0'),
      ['leaf-low', 'leaf-low.python'],
      ['leaf-low.python'],
    ],
    [
      'the lock of a base',
      () => clone.append('images/base-two/requirements.lock', 'more==1.0'),
      ['base-three', 'base-two', 'base-two.python', 'leaf-high'],
      ['base-two.python'],
    ],
    [
      'the system packages',
      () => clone.append('images/base-one/system/install', 'touch /opt/system/more'),
      ALL,
      ['base-one'],
    ],
  ];

  test.each(changes)('after a change of %s builds what it concerns and fetches no layer', async (...row) => {
    const [, make, builds, runs] = row;
    await make();
    try {
      const build = await clone.build({ env: publish });
      expect(build.code, build.output).toBe(0);
      expect({ builds: build.builds, runs: build.runs }, build.output).toEqual({ builds, runs });
      expect(fetchedBytes(server.requests())).toBeLessThan(SMALL);
      expect(await tagsOf(family.prefix, engine.host)).toEqual([]);
    } finally {
      await clone.restore();
      await engine.empty();
    }
  });

  test('on another root puts all images on it, with no install step but that of the system', async () => {
    const root = await makeRoot();
    try {
      const build = await clone.build({ env: { ...publish, NX_IMAGES_ARG_ROOT: root } });
      expect(build.code, build.output).toBe(0);
      expect({ builds: build.builds, runs: build.runs }).toEqual({ builds: ALL, runs: ['base-one'] });
      expect(fetchedBytes(server.requests())).toBeLessThan(SMALL);
      // The Python layer of the image on the former root is that of the new one, and is not sent again.
      const { layers } = await clone.receipt('base-two');
      expect(layers.at(-1)).toEqual((await family.receipt('base-two')).layers.at(-1));
      // The layer of the system, alone.
      expect(sentBlobs(server.requests()).filter(({ bytes }) => bytes > 1_000_000)).toHaveLength(1);
    } finally {
      await engine.empty();
    }
  });
});

describe('an ordinary run', () => {
  test('fetches what is there; another has nothing to do', async () => {
    const build = await clone.build({ env: read });
    expect(build, build.output).toMatchObject({ code: 0, tasks: [], builds: [] });
    expect(build.output).toContain(
      'nx-images: 5 hits, 5 images in the engine, 0 of them built anew, 5 fetched from the registry',
    );
    await expectWhole();
    server.forget();
    expect(await clone.build({ env: read })).toMatchObject({ code: 0, tasks: [], builds: [] });
    expect(fetchedBytes(server.requests())).toBe(0);
  });

  test.each([
    ['images were removed', async () => clone.remove(await clone.tags('base-one'))],
    [
      'an image and all under it were removed',
      async () => clone.remove([...(await clone.tags('base-three')), ...(await clone.tags('leaf-high'))]),
    ],
    // The root too.
    ['everything was pruned', () => engine.docker('system', 'prune', '--all', '--force')],
    [
      "everything was pruned, and Nx's cache and the receipts deleted",
      async () => {
        await engine.docker('system', 'prune', '--all', '--force');
        for (const folder of ['.nx', 'dist']) await rm(join(clone.root, folder), { recursive: true });
      },
    ],
  ])('after %s has them back from the registry', async (_what, hurt) => {
    await hurt();
    const build = await clone.build({ env: read });
    expect(build, build.output).toMatchObject({ code: 0, tasks: [], builds: [] });
    await expectWhole();
  });

  test('after a change of a script fetches the base and the Python layer, and builds the one image', async () => {
    await engine.docker('system', 'prune', '--all', '--force');
    await engine.loadRoots();
    await clone.append('images/leaf-high/high.py', '# other');
    try {
      const build = await clone.build({ env: read, projects: ['leaf-high'] });
      expect(build.code, build.output).toBe(0);
      expect(build.builds).toEqual(['leaf-high']);
      expect(build.runs).toEqual([]);
      const { places, build: how, layers } = await clone.receipt('leaf-high');
      const there = await inspect((await clone.receipt('leaf-high')).image, engine.host);
      expect(places).toEqual({ engine: there?.Id });
      expect(how?.by).toContain('containerd');
      // All but the code, which has the times of the checkout, is as it was published.
      const published = (await family.receipt('leaf-high')).layers.map(({ diffId }) => diffId);
      expect(layers.map(({ diffId }) => diffId).slice(0, -2)).toEqual(published.slice(0, -2));
    } finally {
      await clone.restore();
    }
  });
});

/** Each image is in the engine under both its names, as it was published, and its receipt tells of both places. */
async function expectWhole(): Promise<void> {
  for (const name of ALL) {
    const { image, places, layers, size, transfer } = await clone.receipt(name);
    const published = await family.receipt(name);
    const named = await inspect(image, engine.host);
    const keyed = await inspect(clone.image(await clone.keyed(name)), engine.host);
    expect({ name, ...places }).toEqual({ name, engine: named?.Id, registry: published.places.registry });
    expect(keyed?.Id, name).toBe(named?.Id);
    expect(named?.RootFS.Layers, name).toEqual(published.layers.map(({ diffId }) => diffId));
    expect(
      layers.map(({ diffId }) => diffId),
      name,
    ).toEqual(named?.RootFS.Layers);
    expect(transfer, name).toEqual(published.transfer);
    expect(size?.total, name).toBeGreaterThan(transfer?.total ?? Infinity);
  }
}

/** A root of other content in the second engine, under a name that pins it. */
async function makeRoot(): Promise<string> {
  const name = family.prefix.replace('/', '-root');
  await clone.write('dist/root/Dockerfile', `FROM ${ROOT}\nRUN echo other >/other\n`);
  const folder = join(clone.root, 'dist/root');
  await engine.docker('build', '--quiet', '--provenance=false', '--tag', name, folder);
  const pinned = `${name}:${(await inspect(name, engine.host))?.Id.replace(':', '-') ?? ''}`;
  await engine.docker('tag', name, pinned);
  return pinned;
}
