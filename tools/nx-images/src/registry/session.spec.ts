import { expect, test, vi } from 'vitest';
import { serve } from '../testing/http.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { stubDocker } from '../testing/stub-docker.ts';
import { basic, client, contentOf, logIn, ownDockerConfig } from './testing/client.ts';

ownDockerConfig();

const BYTES = Buffer.from('the bytes of a blob');
const BLOB = contentOf(BYTES);

test('a redirect to another host is followed without credentials, one to the same host with them', async () => {
  const storage = await serve((_, response) => response.end(BYTES));
  const { host, got } = await serve((request, response) => {
    if (request.headers.authorization === undefined)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else if (request.url?.startsWith('/v2/') === true) response.writeHead(307, { location: '/moved' }).end();
    else response.writeHead(307, { location: `http://${storage.host}/blob` }).end();
  });
  logIn(host, basic('alice:pw'));
  expect(await client(host).blob('a', BLOB)).toEqual(BYTES);
  expect(got.map(({ url, authorization }) => [url, authorization !== undefined])).toEqual([
    [`/v2/a/blobs/${BLOB.digest}`, false],
    [`/v2/a/blobs/${BLOB.digest}`, true],
    ['/moved', true],
  ]);
  expect(storage.got).toMatchObject([{ url: '/blob', authorization: undefined }]);
});

test('an upload elsewhere gets no credentials', async () => {
  const storage = await serve((request, response) => {
    request.resume().on('end', () => response.writeHead(201).end());
  });
  const { host } = await serve((request, response) => {
    if (request.headers.authorization === undefined)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else if (request.method === 'HEAD') response.writeHead(404).end();
    else response.writeHead(202, { location: `http://${storage.host}/upload?state=1%2F2` }).end();
  });
  logIn(host, basic('alice:pw'));
  await client(host).pushBlob('a', BLOB);
  const url = `/upload?state=1%2F2&digest=${encodeURIComponent(BLOB.digest)}`;
  expect(storage.got).toMatchObject([{ method: 'PUT', url, authorization: undefined }]);
});

test('redirects in a circle end', async () => {
  const { host } = await serve((_, response) => response.writeHead(307, { location: '/again' }).end());
  expect(await problemsOfPromise(client(host).hasBlob('a', BLOB.digest))).toMatchObject([
    { code: 'registry-error' },
  ]);
});

test('a password goes to no other scheme and to no other host than the one that docker has it for', async () => {
  const { host, got } = await serve((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  logIn('other.example', basic('alice:pw'));
  expect(await problemsOfPromise(client(host).ping())).toMatchObject([
    { code: 'registry-unauthorized', mend: `docker login ${host}` },
  ]);
  expect(got).toMatchObject([{ authorization: undefined }]);
});

test.each([
  ['nobody allows plain http', '{"IndexConfigs":{},"InsecureRegistryCIDRs":["127.0.0.0/8"]}', false],
  ['there is no engine', 'null', false],
  ['the engine allows it by name', '{"IndexConfigs":{"192.0.2.1:8080":{"Secure":false}}}', true],
  ['the engine allows its network', '{"InsecureRegistryCIDRs":["192.0.2.0/24"]}', true],
])('a registry that speaks no https, and %s', async (_, config, allowed) => {
  // A proxy stands for the network: what is not of this machine goes through it. It makes no tunnels for https.
  const { host, got } = await serve((_request, response) => response.end());
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY']) vi.stubEnv(name, `http://${host}`);
  for (const name of ['https_proxy', 'http_proxy', 'no_proxy', 'NO_PROXY']) vi.stubEnv(name, undefined);
  const calls = stubDocker([{ to: 'info', stdout: config }]);
  const problems = await problemsOfPromise(client('192.0.2.1:8080').ping());
  expect(problems.map(({ code }) => code)).toEqual(allowed ? [] : ['registry-unreachable']);
  expect(got.map(({ url }) => url)).toEqual(allowed ? ['http://192.0.2.1:8080/v2/'] : []);
  expect(calls()).toHaveLength(1);
});
