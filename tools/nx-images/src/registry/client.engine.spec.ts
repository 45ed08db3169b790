import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { docker, run, runOrThrow } from '../testing/docker.ts';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { TestRegistry } from '../testing/registry.ts';
import { digestOf } from './manifest.ts';
import { client, contentOf, OCI, ownDockerConfig, pushImage, startRegistry } from './testing/client.ts';

/** Node 20 reads no TypeScript by itself. */
const TYPESCRIPT = ['--import', '@swc-node/register/esm-register'];

ownDockerConfig();

describe('an open registry', () => {
  let server: TestRegistry;
  beforeAll(async () => {
    server = await TestRegistry.start();
  });
  afterEach(() => {
    server.setFault('none');
    server.forget();
  });
  afterAll(() => server.stop());

  test('an image makes the round trip', async () => {
    const registry = client(server.host);
    await registry.ping();
    expect(await registry.manifest('round/trip', 'a')).toBeUndefined();
    const { bytes, body, layer, digest } = await pushImage(registry, 'round/trip', 'a');
    for (const reference of ['a', digest])
      expect(await registry.manifest('round/trip', reference)).toEqual({
        mediaType: OCI,
        digest,
        size: bytes.length,
        bytes,
        body,
      });
    expect(await registry.blob('round/trip', contentOf(layer))).toEqual(layer);
    const chunks: unknown[] = [];
    for await (const chunk of await registry.blobStream('round/trip', contentOf(layer))) chunks.push(chunk);
    expect(Buffer.concat(chunks as Buffer[])).toEqual(layer);
  });

  test('a blob that is there is not sent again, one of another repository is mounted', async () => {
    const registry = client(server.host);
    const { layer } = await pushImage(registry, 'mount/from', 'a');
    server.forget();
    await registry.pushBlob('mount/from', contentOf(layer));
    expect(await registry.mountBlob('mount/to', digestOf(layer), 'mount/from')).toBe(true);
    expect(await registry.hasBlob('mount/to', digestOf(layer))).toBe(true);
    expect(server.requests().map(({ method, status, bytesIn }) => [method, status, bytesIn])).toEqual([
      ['HEAD', 200, 0],
      ['POST', 201, 0],
      ['HEAD', 200, 0],
    ]);
  });

  test('a mount of what is nowhere is declined, and its upload taken back', async () => {
    const registry = client(server.host);
    await pushImage(registry, 'mount/from', 'a');
    server.forget();
    expect(await registry.mountBlob('mount/to', digestOf(randomBytes(9)), 'mount/from')).toBe(false);
    expect(server.requests().map(({ method, status }) => [method, status])).toEqual([
      ['POST', 202],
      ['DELETE', 204],
    ]);
  });

  test('tags, and the deletion of their manifest', async () => {
    const registry = client(server.host);
    expect(await registry.tags('tags')).toEqual([]);
    const { bytes, digest } = await pushImage(registry, 'tags', 't000');
    const names = Array.from({ length: 120 }, (_, index) => `t${String(index).padStart(3, '0')}`);
    for (const name of names) await registry.pushManifest('tags', name, bytes, OCI);
    expect([...(await registry.tags('tags'))].sort()).toEqual(names);
    expect(await registry.deleteManifest('tags', digest)).toBe(true);
    expect(await registry.deleteManifest('tags', digest)).toBe(false);
    expect(await registry.manifest('tags', 't000')).toBeUndefined();
    expect(await registry.tags('tags')).toEqual([]);
  });

  test('bytes that are not those of their digest are refused', async () => {
    const content = { ...contentOf(Buffer.from('these')), digest: digestOf(Buffer.from('those')) };
    expect(await problemsOfPromise(client(server.host).pushBlob('a', content))).toMatchObject([
      { code: 'digest-mismatch' },
    ]);
  });

  test('a manifest whose blobs are not there is refused', async () => {
    const blob = { mediaType: 'x/y', digest: digestOf(randomBytes(9)), size: 9 };
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: OCI, config: blob, layers: [blob] }),
    );
    const [problem] = await problemsOfPromise(client(server.host).pushManifest('a', 't', bytes, OCI));
    expect(problem?.code).toBe('registry-error');
    expect(problem?.message).toMatch(/\/a:t.* 400 \(MANIFEST_BLOB_UNKNOWN/);
  });

  test.each([
    ['down', 'registry-unreachable', 'registry-unreachable'],
    ['slow', 'registry-slow', 'registry-slow'],
    [401, 'registry-unauthorized', 'registry-unauthorized'],
    [500, 'registry-error', 'registry-error'],
    ['read-only', undefined, 'registry-denied'],
    ['dies-mid-push', undefined, 'registry-unreachable'],
  ] as const)('the fault %s', async (fault, reading, writing) => {
    const registry = client(server.host, 400);
    server.setFault(fault);
    const problems = async (call: Promise<unknown>) =>
      (await problemsOfPromise(call)).map(({ code }) => code);
    const expected = reading === undefined ? [] : [reading];
    expect(await problems(registry.ping())).toEqual(expected);
    expect(await problems(registry.manifest('a', 't'))).toEqual(expected);
    expect(await problems(registry.pushBlob('a', contentOf(randomBytes(50_000))))).toEqual([writing]);
    server.setFault('none');
    await registry.ping();
  });

  test('what the engine pushes is read, and what the client pushes the engine pulls', async () => {
    // Docker looks for its plugins there.
    vi.unstubAllEnvs();
    const registry = client(server.host);
    const [one, two] = [`${server.host}/engine/one:1`, `${server.host}/engine/two:2`];
    onTestFinished(async () => {
      await run('docker', ['image', 'rm', '--force', one, two]);
    });
    const folder = tempFolder();
    writeFiles(folder, { Dockerfile: 'FROM scratch\nCOPY file /\n', file: 'content of a layer' });
    // Of one platform, without an attestation: no index.
    await docker('build', '--provenance=false', '--sbom=false', '--tag', one, folder);
    await docker('push', one);
    const manifest = await registry.manifest('engine/one', '1');
    if (manifest === undefined) throw new Error('what was pushed is not there');
    const { config, layers } = manifest.body;
    expect(JSON.parse((await registry.blob('engine/one', config)).toString())).toMatchObject({
      os: 'linux',
      rootfs: { type: 'layers' },
    });
    expect(layers).toHaveLength(1);
    for (const { digest } of [config, ...layers])
      expect(await registry.mountBlob('engine/two', digest, 'engine/one')).toBe(true);
    const pushed = await registry.pushManifest('engine/two', '2', manifest.bytes, manifest.mediaType);
    expect(pushed).toBe(manifest.digest);
    await docker('pull', two);
    expect(await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', two)).toBe(
      await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', one),
    );
  });

  test('a process that asked ends by itself', async () => {
    const script = `
      import { Registry } from ${JSON.stringify(new URL('./client.ts', import.meta.url).pathname)};
      await new Registry({ host: ${JSON.stringify(server.host)}, prefix: '' }).ping();
      setTimeout(() => { console.log('still there'); process.exit(1); }, 2000).unref();`;
    const folder = tempFolder();
    writeFiles(folder, { 'ask.mts': script });
    expect(await runOrThrow(process.execPath, [...TYPESCRIPT, `${folder}/ask.mts`])).toBe('');
  });
});

test('where nothing may be deleted', async () => {
  const server = await startRegistry({ deleteEnabled: false });
  const registry = client(server.host);
  const { digest } = await pushImage(registry, 'a', 't');
  expect(await problemsOfPromise(registry.deleteManifest('a', digest))).toMatchObject([
    { code: 'registry-denied' },
  ]);
});
