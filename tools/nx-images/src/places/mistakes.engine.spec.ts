import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { KEY_LABEL } from '../plan/plan.ts';
import type { Manifest } from '../registry/client.ts';
import { Registry } from '../registry/client.ts';
import { digestOf } from '../registry/manifest.ts';
import { parseRegistry } from '../registry/reference.ts';
import { between } from '../testing/between.ts';
import { tagsOf } from '../testing/docker.ts';
import { Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';

const OCI = 'application/vnd.oci.image';
const STACK = /^ +at .*:\d+:\d+\)?$/m;
const LOW = ['leaf-low'];

let server: TestRegistry;
let family: Family;
let registry: Registry;
let repository: string;
let keyTag: string;
/** leaf-low as it was published. */
let right: Manifest;
let config: Config;
beforeAll(async () => {
  [server, family] = await Promise.all([TestRegistry.start(), Family.create()]);
  const build = await family.build({ env: environment('publish'), projects: ['leaf-low', 'base-two'] });
  expect(build.code, build.output).toBe(0);
  registry = new Registry(parseRegistry(server.host));
  repository = family.image('leaf-low');
  keyTag = (await family.keyed('leaf-low')).replace(/.*:/, '');
  right = await manifestOf(repository, keyTag);
  config = JSON.parse((await registry.blob(repository, right.body.config)).toString()) as Config;
});
afterAll(async () => {
  await family.dispose();
  await server.stop();
});
afterEach(async () => {
  await registry.pushManifest(repository, keyTag, right.bytes, right.mediaType);
});

interface Config {
  readonly architecture: string;
  readonly config: { readonly Labels: Readonly<Record<string, string>> };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

const environment = (what: 'publish' | 'read', host = server.host): Readonly<Record<string, string>> => ({
  NX_IMAGES_REGISTRY: host,
  ...(what === 'publish' && { NX_IMAGES_PUBLISH: 'true' }),
});

/** What is put under the key tag of leaf-low, and how it is refused. */
const mistakes: readonly (readonly [what: string, put: () => Promise<unknown>, code: string])[] = [
  [
    'an image with another key',
    () => putConfig({ config: { Labels: { [KEY_LABEL]: 'f'.repeat(64) } } }),
    'registry-key-mismatch',
  ],
  ['an image without a key', () => putConfig({ config: { Labels: {} } }), 'registry-key-mismatch'],
  ['an image of another platform', () => putConfig({ architecture: 'arm64' }), 'registry-wrong-platform'],
  [
    'an image on another base',
    () =>
      putConfig({ rootfs: { diff_ids: ['sha256:' + 'f'.repeat(64), ...config.rootfs.diff_ids.slice(1)] } }),
    'registry-base-mismatch',
  ],
  [
    'an image whose configuration is that of fewer layers',
    () => putConfig({ rootfs: { diff_ids: config.rootfs.diff_ids.slice(1) } }),
    'registry-image-damaged',
  ],
  ['a configuration that is no JSON', () => putBlob(Buffer.from('{"os": ')), 'registry-image-damaged'],
  ['an index of images', putIndex, 'registry-not-an-image'],
];

describe('a key tag points at', () => {
  test.each(mistakes)('%s: publishing is refused', async (_what, put, code) => {
    await put();
    expectRefused(await family.build({ env: environment('publish'), projects: LOW }), code);
  });

  test.each(mistakes.filter(([, , code]) => /key|not-an/.test(code)).slice(1))(
    '%s: an ordinary run goes on without it',
    async (_what, put) => {
      await put();
      await family.remove(await tagsOf(family.prefix));
      const build = await family.build({ env: environment('read'), projects: LOW });
      expect(build.code, build.output).toBe(0);
      expect(build.builds).toContain('leaf-low');
      expect(build.output).toMatch(/^(leaf-low: )?warning: .*\bleaf-low\b/m);
      expect(build.output).not.toMatch(STACK);
      expect((await family.receipt('leaf-low')).places.registry).toBeUndefined();
    },
  );
});

describe('bytes are not those of their digest', () => {
  test.each([
    ['a manifest is garbled on its way', `/manifests/`, (body: Buffer) => flip(body)],
    ['a manifest is cut short on its way', `/manifests/`, (body: Buffer) => body.subarray(0, -10)],
    ['a configuration is garbled on its way', `/blobs/`, (body: Buffer) => flip(body)],
    ['a configuration is cut short on its way', `/blobs/`, (body: Buffer) => body.subarray(0, -10)],
  ])('%s', async (_what, part, change) => {
    const host = await between(server.host, (path, body) =>
      path.includes(`${repository}${part}`) ? change(body) : body,
    );
    expectRefused(
      await family.build({ env: environment('publish', host), projects: LOW }),
      'digest-mismatch',
    );
  });
});

describe('a receipt', () => {
  test.each([
    ['garbled', () => family.write('dist/images/leaf-low.json', 'x{')],
    ['truncated', () => truncate(join(family.root, 'dist/images/leaf-low.json'), 100)],
    [
      'of another schema',
      () => family.edit('dist/images/leaf-low.json', (text) => text.replace('"schema": 2', '"schema": 1')),
    ],
    [
      'of another image',
      async () => family.write('dist/images/leaf-low.json', await family.read('dist/images/base-one.json')),
    ],
  ])('%s is told and written anew', async (_what, hurt) => {
    const env = environment('publish');
    expect((await family.build({ env, projects: LOW })).code).toBe(0);
    const receipt = await family.receipt('leaf-low');
    await hurt();
    const build = await family.build({ env, projects: LOW });
    expect(build, build.output).toMatchObject({ code: 0, builds: [] });
    expect(await family.receipt('leaf-low')).toEqual(receipt);
  });
});

function expectRefused(
  { code, output }: { readonly code: number | null; readonly output: string },
  problem: string,
): void {
  expect(code, output).not.toBe(0);
  expect(output).toContain(`(${problem})`);
  expect(output).toContain(`/leaf-low`);
  expect(output).toMatch(/^ *mend: \S/m);
  expect(output).not.toMatch(STACK);
}

async function manifestOf(name: string, tag: string): Promise<Manifest> {
  const manifest = await registry.manifest(name, tag);
  if (manifest === undefined) throw new Error(`${name}:${tag} is not in the registry`);
  return manifest;
}

/** leaf-low with something else in its configuration. */
const putConfig = (change: object): Promise<unknown> =>
  putBlob(Buffer.from(JSON.stringify({ ...config, ...change })));

async function putBlob(bytes: Buffer): Promise<unknown> {
  const [digest, size] = [digestOf(bytes), bytes.length];
  await registry.pushBlob(repository, { digest, size, open: () => Readable.from([bytes]) });
  const body = { ...right.body, config: { ...right.body.config, digest, size } };
  return registry.pushManifest(repository, keyTag, Buffer.from(JSON.stringify(body)), right.mediaType);
}

function putIndex(): Promise<unknown> {
  const { mediaType, digest, size } = right;
  const manifests = [{ mediaType, digest, size, platform: { os: 'linux', architecture: 'amd64' } }];
  const body = { schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests };
  return registry.pushManifest(repository, keyTag, Buffer.from(JSON.stringify(body)), body.mediaType);
}

const flip = (body: Buffer): Buffer =>
  Buffer.from(body.toString('latin1').replace(/sha256:./, 'sha256:x'), 'latin1');
