import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../testing/http.ts';
import { TestRegistry } from '../testing/registry.ts';
import { Registry } from '../registry/client.ts';
import { digestOf } from '../registry/manifest.ts';
import { parseRegistry } from '../registry/reference.ts';
import { cacheRepository } from './registry-store.ts';
import { CODE, entry, type Part } from './testing/entries.ts';
import { PROJECTS, Tasks, type TasksRun } from './testing/tasks.ts';

const PUBLISH = { NX_IMAGES_PUBLISH: 'true' };
const DAEMON = { NX_DAEMON: 'true' };
const WRITES = /^(PUT|POST|PATCH|DELETE)$/;
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:1';

let tasks: Tasks;
let registry: TestRegistry;
beforeAll(async () => {
  registry = await TestRegistry.start();
  tasks = await Tasks.create();
});
afterAll(async () => {
  await registry.stop();
  await tasks.dispose();
});

/** A registry with no entries, though it may be the same program. */
const inRegistry = (host = registry.host) => ({ NX_IMAGES_REGISTRY: `${host}/${randomUUID()}` });

/** A path in the registry that has the entries of all tasks. */
async function filled() {
  const env = inRegistry();
  expectGreen(await tasks.work(await tasks.clone(), { ...env, ...PUBLISH }), { ran: PROJECTS });
  return env;
}

function expectGreen(
  run: TasksRun,
  {
    ran = [],
    remote = [],
    warnings = 0,
  }: { ran?: readonly string[]; remote?: readonly string[]; warnings?: number },
): void {
  const { code, output } = run;
  expect({ code, ran: run.ran, remote: run.remote }, output).toEqual({ code: 0, ran, remote });
  expect(run.warnings, output).toHaveLength(warnings);
}

describe('a registry', () => {
  test.each([
    ['without the daemon', {}],
    ['with the daemon', DAEMON],
  ])('gives a fresh clone what another machine published, %s', async (_name, daemon) => {
    const env = { ...inRegistry(), ...daemon };
    expectGreen(await tasks.work(await tasks.clone(), { ...env, ...PUBLISH }), { ran: PROJECTS });
    const clone = await tasks.clone();
    expectGreen(await tasks.work(clone, env), { remote: PROJECTS });
    expect(readFileSync(join(clone, 'dist/tasks/one/out.txt'), 'utf8')).toBe('the text of one\n');
  });

  test.each([{}, { no_proxy: 'a.example' }, { NO_PROXY: 'a.example', no_proxy: 'b.example' }])(
    'is reached past a proxy for others: %j',
    async (direct) => {
      const proxy = `http://${NOWHERE}`;
      const env = { ...(await filled()), HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, ...direct };
      expectGreen(await tasks.work(await tasks.clone(), env), { remote: PROJECTS });
    },
  );

  test('is written to only by a run that publishes', async () => {
    registry.forget();
    expectGreen(await tasks.work(await tasks.clone(), inRegistry()), { ran: PROJECTS });
    expect(registry.requests().filter(({ method }) => WRITES.test(method))).toEqual([]);
    expect(registry.requests().filter(({ path }) => path.includes('/manifests/nx-'))).toHaveLength(
      PROJECTS.length,
    );
  });

  test('keeps an entry that is there', async () => {
    const env = await filled();
    registry.forget();
    expectGreen(await tasks.work(await tasks.clone(), { ...env, ...PUBLISH, NX_SKIP_NX_CACHE: 'true' }), {
      ran: PROJECTS,
    });
    expect(registry.requests().filter(({ method }) => WRITES.test(method))).toEqual([]);
  });

  test.each(['down', 'slow', 401, 500] as const)('that is %s costs a warning', async (fault) => {
    const env = await filled();
    const clone = await tasks.clone();
    registry.setFault(fault);
    onTestFinished(() => {
      registry.setFault('none');
    });
    registry.forget();
    expectGreen(await tasks.work(clone, env), { ran: PROJECTS, warnings: 1 });
    expect(registry.requests().filter(({ path }) => path !== '/v2/')).toEqual([]);
    // A run that publishes is for the executors of images to end.
    expectGreen(await tasks.work(await tasks.clone(), { ...env, ...PUBLISH }), { ran: PROJECTS });
  });

  test('that refuses connections costs a warning', async () => {
    const run = await tasks.work(await tasks.clone(), inRegistry(NOWHERE));
    expectGreen(run, { ran: PROJECTS, warnings: 1 });
  });

  test('that is read-only costs a publishing run a warning', async () => {
    registry.setFault('read-only');
    onTestFinished(() => {
      registry.setFault('none');
    });
    const run = await tasks.work(await tasks.clone(), { ...inRegistry(), ...PUBLISH });
    expectGreen(run, { ran: PROJECTS, warnings: 1 });
    expect(run.warnings[0]).toContain('this run keeps nothing more');
  });

  test.each<[name: string, fault: (response: ServerResponse) => void]>([
    ['breaks', (response) => response.destroy()],
    ['hangs', () => undefined],
    ['answers 401', (response) => response.writeHead(401).end()],
    ['answers 403', (response) => response.writeHead(403).end()],
    ['answers 500', (response) => response.writeHead(500).end()],
  ])('that %s after it was there costs a warning', async (_name, fault) => {
    const { host } = await serve((request, response) => {
      request.resume();
      if (request.url === '/v2/') response.end();
      else fault(response);
    });
    const run = await tasks.work(await tasks.clone(), { ...inRegistry(host), ...PUBLISH });
    expectGreen(run, { ran: PROJECTS, warnings: 1 });
  });

  test('is not asked where plugins run in workers of their own', async () => {
    const env = await filled();
    registry.forget();
    const run = await tasks.work(await tasks.clone(), { ...env, NX_ISOLATE_PLUGINS: 'true' });
    expectGreen(run, { ran: PROJECTS });
    expect(registry.requests().map(({ path }) => path)).toEqual(['/v2/']);
  });
});

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
    const env = await filled();
    const client = new Registry(parseRegistry(env.NX_IMAGES_REGISTRY));
    const repository = await repositoryOf(client);
    const [tag = ''] = await client.tags(repository);
    const body = await make();
    // One of its own, since equal blobs are one in the registry.
    const bytes = damaged === true ? await entry(['f', randomUUID()], CODE) : body;
    await push(client, repository, tag, bytes, artifactType);
    if (damaged === true) damage(bytes);
    const run = await tasks.work(await tasks.clone(), env);
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
    const imageName = await tasks.imageName();
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
    const blobs = join(registry.folder, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2));
    expect(readdirSync(blobs)).toContain(hex);
    writeFileSync(join(blobs, hex, 'data'), Buffer.concat([bytes.subarray(0, -1), Buffer.from('!')]));
  }
});

describe('two runs at once in one workspace', () => {
  test.each([
    ['without the daemon', {}],
    ['with the daemon', DAEMON],
  ])('%s', async (_name, daemon) => {
    const env = { ...(await filled()), ...daemon };
    const clone = await tasks.clone();
    const [some, others] = [PROJECTS.slice(0, 3), PROJECTS.slice(3)];
    // The first ends while the second still works, and asks again.
    const second = tasks.work(clone, env, [...others, 'after-slow']);
    expectGreen(await tasks.work(clone, env, some), { remote: some });
    expectGreen(await second, { ran: ['after-slow', 'slow'], remote: others });
  });
});

test('one daemon heeds what each run is told', async () => {
  const [env, empty] = [await filled(), inRegistry()];
  const clone = await tasks.clone();
  const [some, others] = [PROJECTS.slice(0, 3), PROJECTS.slice(3)];
  expectGreen(await tasks.work(clone, { ...DAEMON, ...empty }, some), { ran: some });
  expectGreen(await tasks.work(clone, { ...DAEMON, ...env }, others), { remote: others });
});

describe("a server of the user's", () => {
  const entries = new Map<string, Buffer>();

  /** Nx's documented API, in memory. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const body = await buffer(request);
    if (headers.authorization !== 'Bearer mine') response.writeHead(401).end();
    else if (method === 'GET') response.writeHead(entries.has(url) ? 200 : 404).end(entries.get(url));
    else {
      response.writeHead(entries.has(url) ? 409 : 200).end();
      entries.set(url, body);
    }
  }

  const start = async (fault?: (response: ServerResponse) => void) => {
    const { host, got } = await serve((request, response) => {
      if (fault === undefined) void answer(request, response);
      else {
        request.resume();
        fault(response);
      }
    });
    const url = `http://${host}`;
    return {
      env: { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: url, NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: 'mine' },
      got,
    };
  };

  test.each([
    ['without the daemon', {}],
    ['with the daemon', DAEMON],
  ])('works, %s', async (_name, daemon) => {
    entries.clear();
    const { env, got } = await start();
    const first = await tasks.clone();
    expectGreen(await tasks.work(first, { ...env, ...daemon }), { ran: PROJECTS });
    expect(entries.size).toBe(PROJECTS.length);
    // The same process again, where there is a daemon.
    await rm(join(first, '.nx/cache'), { recursive: true });
    expectGreen(await tasks.work(first, { ...env, ...daemon }), { remote: PROJECTS });
    expectGreen(await tasks.work(await tasks.clone(), { ...env, ...daemon }), { remote: PROJECTS });
    expect(got).toHaveLength(4 * PROJECTS.length);
  });

  test.each<[name: string, fault: (response: ServerResponse) => void]>([
    ['breaks', (response) => response.destroy()],
    ['hangs', () => undefined],
    ['answers 401', (response) => response.writeHead(401).end()],
    ['answers 403', (response) => response.writeHead(403).end()],
    ['answers 500', (response) => response.writeHead(500).end()],
  ])('that %s costs a warning', async (_name, fault) => {
    const { env } = await start(fault);
    expectGreen(await tasks.work(await tasks.clone(), env), { ran: PROJECTS, warnings: 1 });
  });

  test('that is not there costs a warning, which the daemon has in its log', async () => {
    const env = { NX_SELF_HOSTED_REMOTE_CACHE_SERVER: `http://${NOWHERE}` };
    expectGreen(await tasks.work(await tasks.clone(), env), { ran: PROJECTS, warnings: 1 });
    const clone = await tasks.clone();
    expectGreen(await tasks.work(clone, { ...env, ...DAEMON }), { ran: PROJECTS });
    expect((await tasks.daemonLog(clone)).match(/^nx-images: the cache server .*/gm)).toHaveLength(1);
  });
});
