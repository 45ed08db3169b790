import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dockerAt, inspect, tagsOf } from '../testing/docker.ts';
import { Engine } from '../testing/engine.ts';
import { ALL, Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';
import { fetchedBlobs } from '../testing/traffic.ts';

let server: TestRegistry;
let family: Family;
let read: Readonly<Record<string, string>>;
let publish: Readonly<Record<string, string>>;
/** As they were built in an engine, from which they were published. */
const local = new Map<string, string>();
const diffIds = new Map<string, readonly string[] | undefined>();
beforeAll(async () => {
  [server, family] = await Promise.all([TestRegistry.start(), Family.create()]);
  read = { NX_IMAGES_REGISTRY: server.host };
  publish = { ...read, NX_IMAGES_PUBLISH: 'true' };
  for (const env of [{}, publish]) {
    const build = await family.build({ env });
    expect(build.code, build.output).toBe(0);
  }
  for (const name of ALL) {
    const { image } = await family.receipt(name);
    local.set(name, await filesOf(image));
    diffIds.set(name, (await inspect(image))?.RootFS.Layers);
  }
});
afterAll(async () => {
  await family.dispose();
  await server.stop();
});
beforeEach(() => {
  server.forget();
});

describe.each(['containerd', 'overlay2'] as const)('an empty engine with the store %s', (store) => {
  let engine: Engine;
  let clone: Family;
  beforeAll(async () => {
    engine = await Engine.start(store);
    await engine.docker('system', 'prune', '--all', '--force');
    clone = await family.clone(engine.host);
  });
  afterAll(async () => {
    await clone.dispose();
    await engine.stop();
  });

  test('gets the images with the files, owners and modes that they were built with', async () => {
    const build = await clone.build({ env: read });
    expect(build, build.output).toMatchObject({ code: 0, builds: [] });
    for (const name of ALL) {
      const { image, size } = await clone.receipt(name);
      expect((await inspect(image, engine.host))?.RootFS.Layers, name).toEqual(diffIds.get(name));
      expect(await filesOf(image, engine.host), name).toBe(local.get(name));
      expect(size?.total, name).toBeGreaterThan(0);
    }
    expect(local.get('leaf-low')).toMatch(/^drwxr-xr-x 0:0 \/app\/shared$/m);
    expect(local.get('leaf-low')).toMatch(/^drwxr-xr-x 1000:1000 \/data$/m);
  });

  test('fetches of a new version only the layers that are new', async () => {
    await family.append('images/leaf-high/high.py', '# more');
    try {
      const build = await family.build({ env: publish });
      expect(build.code, build.output).toBe(0);
      const { places, layers } = await family.receipt('leaf-high');
      server.forget();
      await engine.docker('pull', places.registry ?? '');
      const fetched = layers.filter(({ blob }) =>
        fetchedBlobs(server.requests()).includes(blob?.digest ?? ''),
      );
      expect(fetched.map(({ diffId }) => diffId)).toEqual([layers.at(-1)?.diffId]);
    } finally {
      await family.restore();
    }
  });
});

test('an engine with the store overlay2 refuses to publish, and says what does', async () => {
  const engine = await Engine.start('overlay2');
  const clone = await family.clone(engine.host);
  try {
    await clone.append('images/leaf-low/low.py', '# more');
    const { code, output } = await clone.build({ env: publish, projects: ['leaf-low'] });
    expect(code).not.toBe(0);
    expect(output).toContain('(store-cannot-publish)');
    expect(output).toMatch(/^ *mend: .*BUILDX_BUILDER=.*containerd-snapshotter/m);
    expect(output).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
    expect(await tagsOf(family.prefix, engine.host)).toEqual([]);
  } finally {
    await clone.dispose();
    await engine.stop();
  }
});

/** Mode, owner and place of what the project's layers hold, sorted. */
const filesOf = async (image: string, host?: string): Promise<string> => {
  const run = ['run', '--rm', '--network=none', '--user=0', '--entrypoint=sh', image, '-c'];
  const command = `find $(ls -d /app /opt /data 2>/dev/null) -printf '%M %U:%G %p\\n'`;
  return (await dockerAt(host)(...run, command)).split('\n').sort().join('\n');
};
