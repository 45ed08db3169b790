import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Registry } from '../registry/client.ts';
import { parseRegistry, repositoryIn } from '../registry/reference.ts';
import { between } from '../testing/between.ts';
import { tagsOf } from '../testing/docker.ts';
import { Engine } from '../testing/engine.ts';
import { Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';
import type { Fault } from '../testing/registry-proxy.ts';

const LOW = ['leaf-low'];
const STACK = /^ +at .*:\d+:\d+\)?$/m;

let server: TestRegistry;
let family: Family;
let read: Readonly<Record<string, string>>;
let publish: Readonly<Record<string, string>>;
beforeAll(async () => {
  [server, family] = await Promise.all([TestRegistry.start(), Family.create()]);
  read = { NX_IMAGES_REGISTRY: server.host };
  publish = { ...read, NX_IMAGES_PUBLISH: 'true' };
  const build = await family.build({ env: publish, projects: LOW });
  expect(build.code, build.output).toBe(0);
});
afterAll(async () => {
  await family.dispose();
  await server.stop();
});
afterEach(async () => {
  server.setFault('none');
  await family.restore();
});

/** A change that no run had before: no cache knows of it. */
const change = (): Promise<void> =>
  family.append('images/leaf-low/low.py', `# ${randomBytes(8).toString('hex')}`);

describe('an ordinary run goes on, with a warning', () => {
  test.each<[fault: Fault]>([['down'], ['slow'], [401], [500]])('registry: %s', async (fault) => {
    await change();
    server.setFault(fault);
    const build = await family.build({ env: read, projects: LOW });
    expect(build.code, build.output).toBe(0);
    expect(build.builds).toContain('leaf-low');
    expect(build.output).toMatch(/the registry 127\.0\.0\.1:\d+ .*; this run goes on without it/);
    expect(build.output).not.toMatch(STACK);
    expect((await family.receipt('leaf-low')).places).toMatchObject({
      engine: expect.any(String) as unknown,
    });
  });

  test('registry: read-only, which is all it needs', async () => {
    await family.remove(await tagsOf(family.prefix));
    server.setFault('read-only');
    const build = await family.build({ env: read, projects: LOW });
    expect(build.code, build.output).toBe(0);
    expect(build.builds).not.toContain('leaf-low');
    expect(build.output).not.toContain('warning');
  });

  test('registry: dies while layers are fetched', async () => {
    const engine = await Engine.start('containerd');
    const clone = await family.clone(engine.host);
    try {
      let dead = false;
      const host = await between(server.host, (path, body) => {
        dead ||= path.includes('/blobs/') && body.length > 1_000_000;
        return dead ? 'breaks' : body;
      });
      const build = await clone.build({ env: { NX_IMAGES_REGISTRY: host }, projects: LOW });
      expect(build.code, build.output).toBe(0);
      expect(dead).toBe(true);
      expect(build.builds).toEqual(['base-one', 'leaf-low']);
      expect(build.output).toMatch(/warning: it can't be fetched, so it is built: /);
      expect(build.output).not.toMatch(STACK);
    } finally {
      await clone.dispose();
      await engine.stop();
    }
  });
});

describe('a publishing run fails, with what is wrong and its mend', () => {
  test.each<[fault: Fault, code: string]>([
    ['down', 'registry-unreachable'],
    ['slow', 'registry-slow'],
    [401, 'registry-unauthorized'],
    [500, 'registry-error'],
    ['read-only', 'registry-denied'],
    ['dies-mid-push', 'registry-push-failed'],
  ])('registry: %s', async (fault, code) => {
    const before = await keyTags();
    await change();
    server.setFault(fault);
    const failed = await family.build({ env: publish, projects: LOW });
    expect(failed.code, failed.output).not.toBe(0);
    expect(failed.output).toContain(`(${code})`);
    expect(failed.output).toMatch(/^ *mend: \S/m);
    expect(failed.output).not.toMatch(STACK);
    server.setFault('none');
    expect(await keyTags()).toBe(before);
    if (fault !== 'dies-mid-push') return;
    const build = await family.build({ env: publish, projects: LOW });
    expect(build.code, build.output).toBe(0);
    expect(await keyTags()).toBe(before + 1);
  });

  test('registry: read-only, and the Python layer is what it lacks', async () => {
    await family.append('images/leaf-low/requirements.lock', `# ${randomBytes(8).toString('hex')}`);
    server.setFault('read-only');
    const failed = await family.build({ env: publish, projects: LOW });
    expect(failed.code, failed.output).not.toBe(0);
    expect(failed.output).toContain('(registry-denied)');
    expect(failed.output).not.toMatch(STACK);
  });

  test('registry: down, and all tasks are hits', async () => {
    server.setFault('down');
    const failed = await family.build({ env: publish, projects: LOW });
    expect(failed.code, failed.output).not.toBe(0);
    expect(failed.output).toContain('(registry-unreachable)');
    expect(failed.output).not.toMatch(STACK);
  });
});

/** How many versions of leaf-low have a key tag. */
async function keyTags(): Promise<number> {
  const registry = new Registry(parseRegistry(server.host));
  const tags = await registry.tags(repositoryIn(registry.address, family.image('leaf-low')));
  return tags.filter((tag) => tag.startsWith('key-')).length;
}
