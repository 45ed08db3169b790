import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_LABEL } from './plan/plan.ts';
import type { Receipt } from './receipt.ts';
import { docker, inspect, tagsOf } from './testing/docker.ts';
import { Engine } from './testing/engine.ts';
import { ALL, Family } from './testing/family.ts';

let family: Family;
beforeAll(async () => {
  family = await Family.create();
});
afterAll(() => family.dispose());

const receiptsOf = new Map<string, readonly Receipt[]>();

/** Both ways in which an engine keeps images, each in an engine that has nothing but the root. */
describe.each(['containerd', 'overlay2'] as const)('an engine with the store %s', (store) => {
  const usual = process.env['DOCKER_HOST'];
  let engine: Engine;

  beforeAll(async () => {
    engine = await Engine.start(store);
    process.env['DOCKER_HOST'] = engine.host;
  });
  afterAll(async () => {
    if (usual === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = usual;
    await engine.stop();
    for (const folder of ['.nx', 'dist'])
      await rm(join(family.root, folder), { recursive: true, force: true });
  });

  test('builds the family', async () => {
    const build = await family.build();
    expect(build, build.output).toMatchObject({ code: 0, tasks: ALL, builds: ALL });
    receiptsOf.set(store, await Promise.all(ALL.map((name) => family.receipt(name))));
  });

  test('has receipts that know every layer', async () => {
    const { layers, build, size } = await family.receipt('leaf-high');
    const venv = /^COPY \/opt \/opt/;
    const made = [
      /./,
      /^RUN .*system/,
      /^WORKDIR \/data/,
      venv,
      venv,
      venv,
      venv,
      /^COPY \/app \/app/,
      /^COPY \/app \/app/,
    ];
    expect(layers.map(({ diffId }) => diffId)).toEqual(
      (await inspect(family.image('leaf-high:latest')))?.RootFS.Layers,
    );
    expect(layers).toHaveLength(made.length);
    for (const [index, instruction] of made.entries()) {
      const { createdBy, size } = layers[index] ?? {};
      // The root was imported whole; a folder alone has no bytes on overlay2.
      if (index > 0) expect(createdBy, `layer ${index}`).toMatch(instruction);
      if (!/^WORKDIR/.test(createdBy ?? ''))
        expect(size, `layer ${index}: ${createdBy ?? ''}`).toBeGreaterThan(0);
    }
    expect(size?.own).toBe(layers.slice(6).reduce((sum, { size = 0 }) => sum + size, 0));
    expect(build?.by).toContain(`(${store})`);
  });

  test('has hits then', async () => {
    const build = await family.build();
    expect(build).toMatchObject({ code: 0, tasks: [], builds: [] });
    expect(build.output).toContain('nx-images: 5 hits, 5 images in the engine, 0 of them built anew');
  });

  test('gets everything back after it was pruned', async () => {
    await family.remove(await tagsOf(family.prefix));
    await docker('buildx', 'prune', '--all', '--force');
    expect(await family.build()).toMatchObject({ code: 0, tasks: [], builds: ALL });
    for (const name of ALL) {
      const { image, key, places } = await family.receipt(name);
      const there = await inspect(image);
      expect(there, name).toMatchObject({ Id: places.engine, Config: { Labels: { [KEY_LABEL]: key } } });
    }
  });
});

test('both stores hold the same images', () => {
  const [containerd, overlay2] = ['containerd', 'overlay2'].map((store) =>
    receiptsOf
      .get(store)
      ?.map(({ key, layers }) => ({ key, layers: layers.map(({ createdBy }) => createdBy) })),
  );
  expect(containerd).toHaveLength(ALL.length);
  expect(overlay2).toEqual(containerd);
});
