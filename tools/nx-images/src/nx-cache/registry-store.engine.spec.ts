import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Registry } from '../registry/client.ts';
import { digestOf } from '../registry/manifest.ts';
import { parseRegistry } from '../registry/reference.ts';
import { cacheRepository } from './registry-store.ts';
import { expectGreen, SharedCache } from './testing/cache.ts';
import { CODE, entry, type Part } from './testing/entries.ts';
import { PROJECTS } from './testing/tasks.ts';

let cache: SharedCache;
beforeAll(async () => {
  cache = await SharedCache.create();
});
afterAll(() => cache.dispose());

describe('an odd entry is passed over with a warning', () => {
  const link = { name: 'l', type: 'symlink', linkname: '/tmp' } as const;
  const tarOf = (...parts: Part[]) => ({ make: () => entry(...parts) });
  test.each<[name: string, odd: { make: () => Promise<Buffer>; artifactType?: string; damaged?: boolean }]>([
    ['cut short', { make: async () => (await entry(CODE)).subarray(0, 40) }],
    ['a way up in it', tarOf(['../../odd', 'x'], CODE)],
    ['a symlink to write through', tarOf([link], ['l/odd', 'x'], CODE)],
    ['bytes that changed in the registry', { ...tarOf(CODE), damaged: true }],
    ['something else', { ...tarOf(CODE), artifactType: 'application/vnd.example' }],
  ])('%s', async (_name, { make, artifactType = 'application/vnd.nx-images.nx-cache.v1', damaged }) => {
    const env = await cache.filled();
    const client = new Registry(parseRegistry(env.NX_IMAGES_REGISTRY));
    const repository = await repositoryOf(client);
    const [tag = ''] = await client.tags(repository);
    const body = await make();
    // One of its own, since equal blobs are one in the registry.
    const bytes = damaged === true ? await entry(['f', randomUUID()], CODE) : body;
    await push(client, repository, tag, bytes, artifactType);
    if (damaged === true) damage(bytes);
    const run = await cache.tasks.work(await cache.tasks.clone(), env);
    expect(run.ran).toHaveLength(1);
    expectGreen(run, {
      ran: run.ran,
      remote: PROJECTS.filter((name) => !run.ran.includes(name)),
      warnings: 1,
    });
    expect(run.warnings[0]).toContain('it is left out');
  });

  /** Where the entries are, whatever the images of the workspace are called. */
  async function repositoryOf(client: Registry): Promise<string> {
    const imageName = await cache.tasks.imageName();
    const repository = cacheRepository(client.address, imageName);
    expect(await client.tags(repository)).toHaveLength(PROJECTS.length);
    return repository;
  }

  async function push(client: Registry, repository: string, tag: string, body: Buffer, artifactType: string) {
    const put = async (bytes: Buffer) => {
      const blob = { digest: digestOf(bytes), size: bytes.length };
      await client.pushBlob(repository, { ...blob, open: () => Readable.from([bytes]) });
      return { mediaType: 'application/octet-stream', ...blob };
    };
    const config = await put(Buffer.from('{}'));
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = { schemaVersion: 2, mediaType, artifactType, config, layers: [await put(body)] };
    await client.pushManifest(repository, tag, Buffer.from(JSON.stringify(manifest)), mediaType);
  }

  /** Changes the last byte of a blob on the registry's disk. */
  function damage(bytes: Buffer): void {
    const hex = digestOf(bytes).slice('sha256:'.length);
    const blobs = join(cache.registry.folder, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2));
    expect(readdirSync(blobs)).toContain(hex);
    writeFileSync(join(blobs, hex, 'data'), Buffer.concat([bytes.subarray(0, -1), Buffer.from('!')]));
  }
});
