import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { delimiter } from 'node:path';
import { Readable } from 'node:stream';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import { docker, run, runOrThrow } from '../testing/docker.ts';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { listen, serve } from '../testing/http.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { stubDocker } from '../testing/stub-docker.ts';
import { TestRegistry, type RegistryOptions } from '../testing/registry.ts';
import { makeCertificate, startTokenServer } from '../testing/token-server.ts';
import { Registry } from './client.ts';
import { digestOf } from './manifest.ts';
import { parseRegistry } from './reference.ts';

/** Node 20 reads no TypeScript by itself. */
const TYPESCRIPT = ['--import', '@swc-node/register/esm-register'];
const OCI = 'application/vnd.oci.image.manifest.v1+json';

let configFolder: string;
beforeEach(() => {
  configFolder = tempFolder();
  vi.stubEnv('DOCKER_CONFIG', configFolder);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const client = (host: string, timeoutMs = 5000): Registry => new Registry(parseRegistry(host), { timeoutMs });

const contentOf = (bytes: Buffer) => ({
  digest: digestOf(bytes),
  size: bytes.length,
  open: () => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]),
});

/** Pushes an image that is like no other, of one layer. */
async function pushImage(registry: Registry, repository: string, tag: string) {
  const [config, layer] = [
    Buffer.from(JSON.stringify({ id: tag, salt: randomBytes(8) })),
    randomBytes(100_000),
  ];
  for (const bytes of [config, layer]) await registry.pushBlob(repository, contentOf(bytes));
  const describeBlob = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const body = {
    schemaVersion: 2,
    mediaType: OCI,
    config: describeBlob('application/vnd.oci.image.config.v1+json', config),
    layers: [describeBlob('application/vnd.oci.image.layer.v1.tar', layer)],
  };
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, body, layer, digest: await registry.pushManifest(repository, tag, bytes, OCI) };
}

async function startRegistry(options: RegistryOptions): Promise<TestRegistry> {
  const registry = await TestRegistry.start(options);
  onTestFinished(() => registry.stop());
  return registry;
}

function logIn(host: string, entry: object): void {
  writeFiles(configFolder, { 'config.json': JSON.stringify({ auths: { [host]: entry } }) });
}

const basic = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

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

test('a password', async () => {
  const server = await startRegistry({ users: { alice: 'right' } });
  const problems = async () => (await problemsOfPromise(client(server.host).ping())).map(({ code }) => code);
  expect(await problems()).toEqual(['registry-unauthorized']);
  logIn(server.host, basic('alice:wrong'));
  expect(await problems()).toEqual(['registry-unauthorized']);
  logIn(server.host, basic('alice:right'));
  const registry = client(server.host);
  await pushImage(registry, 'a', 't');
  server.forget();
  expect(await registry.tags('a')).toEqual(['t']);
  // Asked once, told with every request.
  expect(server.requests().map(({ status }) => status)).toEqual([200]);
});

test('a password of a credential helper', async () => {
  const server = await startRegistry({ users: { alice: 'right' } });
  const helper = 'docker-credential-of-the-test';
  writeFiles(configFolder, {
    'config.json': JSON.stringify({ credHelpers: { [server.host]: 'of-the-test' } }),
    [helper]: '#!/bin/sh\ncat >/dev/null\necho \'{"Username":"alice","Secret":"right"}\'\n',
  });
  chmodSync(`${configFolder}/${helper}`, 0o755);
  vi.stubEnv('PATH', `${configFolder}${delimiter}${process.env.PATH ?? ''}`);
  await client(server.host).ping();
});

describe('tokens', () => {
  const accounts = {
    users: { alice: 'right', reader: 'right' },
    identities: { 'identity-of-alice': 'alice' },
    may: (account: string | undefined, action: string) => account === 'alice' || action === 'pull',
  };

  test('are got once for each scope', async () => {
    const { auth, requests } = await startTokenServer(accounts);
    const server = await startRegistry({ token: auth });
    logIn(server.host, basic('alice:right'));
    const registry = client(server.host);
    await registry.ping();
    const { bytes } = await pushImage(registry, 'a', 't');
    await Promise.all(['u', 'v', 'w'].map((tag) => registry.pushManifest('a', tag, bytes, OCI)));
    expect(requests.map(({ method, account }) => [method, account])).toEqual(
      requests.map(() => ['GET', 'alice']),
    );
    expect(requests.map(({ scopes }) => scopes)).toEqual([
      [],
      ['repository:a:pull'],
      ['repository:a:pull,push'],
    ]);
    expect(await registry.mountBlob('b', digestOf(randomBytes(3)), 'a')).toBe(false);
    // Taking back the upload that was begun instead is a right of its own.
    expect(requests.slice(3).map(({ scopes }) => [...scopes].sort())).toEqual([
      ['repository:a:pull', 'repository:b:pull,push'],
      ['repository:b:delete,pull,push'],
    ]);
  });

  test('are got with an identity token', async () => {
    const { auth, requests } = await startTokenServer(accounts);
    const server = await startRegistry({ token: auth });
    logIn(server.host, { ...basic('alice:'), identitytoken: 'identity-of-alice' });
    await pushImage(client(server.host), 'a', 't');
    expect(requests.map(({ method, account }) => [method, account])).toEqual(
      requests.map(() => ['POST', 'alice']),
    );
  });

  test.each([
    ['nobody', undefined, [], ['registry-unauthorized']],
    ['a reader', 'reader:right', [], ['registry-denied']],
    ['a wrong password', 'alice:wrong', ['registry-unauthorized'], ['registry-unauthorized']],
  ])('of %s', async (_, login, reading, writing) => {
    const { auth } = await startTokenServer(accounts);
    const server = await startRegistry({ token: auth });
    if (login !== undefined) logIn(server.host, basic(login));
    const registry = client(server.host);
    const problems = async (call: Promise<unknown>) =>
      (await problemsOfPromise(call)).map(({ code }) => code);
    expect(await problems(registry.manifest('a', 't'))).toEqual(reading);
    expect(await problems(registry.pushManifest('a', 't', Buffer.from('{}'), OCI))).toEqual(writing);
  });

  test('that ran out are got anew', async () => {
    // The registry takes a token for 60 s longer than it lives.
    const lifetimes = [-61, 60];
    const { auth, requests } = await startTokenServer({
      ...accounts,
      lifetime: () => lifetimes.shift() ?? 60,
    });
    const server = await startRegistry({ token: auth });
    const registry = client(server.host);
    expect(await problemsOfPromise(registry.tags('a'))).toMatchObject([{ code: 'registry-unauthorized' }]);
    expect(await registry.tags('a')).toEqual([]);
    expect(requests).toHaveLength(2);
    expect(server.requests().map(({ status }) => status)).toEqual([401, 401, 401, 404]);
  });
});

describe('https', () => {
  /** A proxy that stands for the network: all its tunnels end at one server. @returns where they were to end */
  async function startNetwork(host: string): Promise<readonly (string | undefined)[]> {
    const proxy = createServer();
    const tunnels: (string | undefined)[] = [];
    proxy.on('connect', ({ url }, socket) => {
      tunnels.push(url);
      const upstream = connect(Number(host.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [socket, upstream]) end.on('error', () => end.destroy());
      onTestFinished(() => void socket.destroy());
    });
    for (const name of [
      'https_proxy',
      'http_proxy',
      'HTTP_PROXY',
      'no_proxy',
      'NO_PROXY',
      'NODE_EXTRA_CA_CERTS',
    ])
      vi.stubEnv(name, undefined);
    vi.stubEnv('HTTPS_PROXY', `http://${await listen(proxy)}`);
    logIn('registry.example', basic('alice:right'));
    return tunnels;
  }

  async function startSecure(realm: string): Promise<readonly (string | undefined)[]> {
    const { key, certificate } = await makeCertificate();
    const secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) });
    secure.on('request', (_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    });
    vi.stubEnv('SSL_CERT_FILE', certificate);
    return startNetwork(await listen(secure));
  }

  test('passwords go to no place of tokens without it', async () => {
    const tokens = await serve((_, response) => response.end('{"token":"t"}'));
    const tunnels = await startSecure(`http://${tokens.host}/token`);
    const [problem] = await problemsOfPromise(client('registry.example').ping());
    expect(problem).toMatchObject({ code: 'registry-unauthorized' });
    expect(problem?.message).toContain('not https');
    expect(tunnels).toEqual(['registry.example:443']);
    expect(tokens.got).toEqual([]);
  });

  test('a certificate that nobody vouches for is refused', async () => {
    await startSecure('https://registry.example/token');
    vi.stubEnv('SSL_CERT_FILE', undefined);
    stubDocker([{ to: 'info', stdout: '{"IndexConfigs":{"registry.example":{"Secure":true}}}' }]);
    const [problem] = await problemsOfPromise(client('registry.example').ping());
    expect(problem).toMatchObject({ code: 'registry-unreachable' });
    expect(problem?.mend).toContain('SSL_CERT_FILE');
  });

  test('a registry that does not speak it gets no password', async () => {
    const plain = await serve((_, response) => response.end());
    await startNetwork(plain.host);
    const calls = stubDocker([{ to: 'info', stdout: '{"InsecureRegistryCIDRs":["127.0.0.0/8"]}' }]);
    const [problem] = await problemsOfPromise(client('192.0.2.1').ping());
    expect(problem).toMatchObject({ code: 'registry-unreachable' });
    expect(problem?.message).toContain('does not speak https');
    expect(problem?.mend).toContain('insecure-registries');
    expect(calls()).toHaveLength(1);
    expect(plain.got).toEqual([]);
  });
});
