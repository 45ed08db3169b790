import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../testing/engine.ts';
import { ALL, Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';

let registry: TestRegistry;
let engine: Engine;
let family: Family;
beforeAll(async () => {
  [registry, engine, family] = await Promise.all([TestRegistry.start(), Engine.start('containerd'), Family.create()]);
});
afterAll(async () => {
  await family.dispose();
  await engine.stop();
  await registry.stop();
});
test('x', async () => {
  const publish = { NX_IMAGES_REGISTRY: registry.host, NX_IMAGES_PUBLISH: 'true' };
  const clone = await family.clone(engine.host);
  try {
    await family.build({ env: publish });
    for (let i = 0; i < 10; i++) {
      await clone.append('images/base-one/system/install', 'touch /opt/system/more' + i);
      const b = await clone.build({ env: publish });
      console.log(i, b.code, b.runs);
      for (const r of b.runs.filter((x) => x !== 'base-one')) console.log(await clone.read(`dist/images/${r}.log`));
      await engine.empty();
    }
  } finally { await clone.dispose(); }
});
