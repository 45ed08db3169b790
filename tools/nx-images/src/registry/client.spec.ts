import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../testing/folders.ts';
import { serve } from '../testing/http.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { digestOf } from './manifest.ts';
import { client, OCI, ownDockerConfig } from './testing/client.ts';

ownDockerConfig();

const INDEX = 'application/vnd.oci.image.index.v1+json';
const BYTES = Buffer.from('the bytes of a blob');
const BLOB = { digest: digestOf(BYTES), size: BYTES.length };
const DESCRIPTOR = { mediaType: 'application/octet-stream', ...BLOB };
const MANIFEST = Buffer.from(JSON.stringify({ schemaVersion: 2, config: DESCRIPTOR, layers: [DESCRIPTOR] }));

test.each<[what: string, code: string, answer: (response: ServerResponse) => void]>([
  ['other bytes', 'digest-mismatch', (response) => response.end(Buffer.alloc(BYTES.length))],
  ['too few', 'digest-mismatch', (response) => response.end(BYTES.subarray(1))],
  ['too many', 'digest-mismatch', (response) => response.end(Buffer.concat([BYTES, BYTES]))],
  [
    'fewer than it says, then the end of the connection',
    'registry-unreachable',
    (response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(1), () => response.destroy());
    },
  ],
  [
    'fewer than it says, then silence',
    'registry-slow',
    (response) => {
      response.writeHead(200, { 'content-length': BYTES.length });
      response.write(BYTES.subarray(1));
    },
  ],
  ['no such blob', 'registry-error', (response) => response.writeHead(404).end()],
])('a blob: %s', async (_, code, answer) => {
  const { host } = await serve((_request, response) => {
    answer(response);
  });
  const [problem] = await problemsOfPromise(client(host, 300).blob('a/b', BLOB));
  expect(problem).toMatchObject({ code });
  expect(problem?.message).toContain(`${host}/a/b@${BLOB.digest}`);
});

test('a stream fails at its end, with its bytes gone before', async () => {
  const { host } = await serve((_, response) => response.end(Buffer.alloc(BYTES.length)));
  const stream = await client(host).blobStream('a/b', BLOB);
  const read = async (): Promise<void> => {
    for await (const chunk of stream) expect(chunk).toEqual(Buffer.alloc(BYTES.length));
  };
  expect(await problemsOfPromise(read())).toMatchObject([{ code: 'digest-mismatch' }]);
});

test.each<[what: string, type: string, body: Buffer, digest: string | undefined, code: string]>([
  ['an index', INDEX, Buffer.from('{"schemaVersion":2,"manifests":[]}'), undefined, 'registry-not-an-image'],
  ['a web page', 'text/html', Buffer.from('<html>'), undefined, 'registry-not-an-image'],
  ['no layers', OCI, Buffer.from(JSON.stringify({ config: DESCRIPTOR })), undefined, 'registry-not-an-image'],
  ['5 MiB', OCI, Buffer.alloc(5 * 1024 * 1024, ' '), undefined, 'registry-not-an-image'],
  ['another digest', OCI, MANIFEST, `sha256:${'0'.repeat(64)}`, 'digest-mismatch'],
])('a manifest: %s', async (_, type, body, digest, code) => {
  const { host } = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': type, ...(digest && { 'docker-content-digest': digest }) });
    response.end(body);
  });
  expect(await problemsOfPromise(client(host).manifest('a', 't'))).toMatchObject([{ code }]);
});

test('a manifest asked by digest has that digest', async () => {
  const { host } = await serve((_, response) => response.setHeader('content-type', OCI).end(MANIFEST));
  const registry = client(host);
  const digest = digestOf(MANIFEST);
  expect(await registry.manifest('a', digest)).toMatchObject({ digest, mediaType: OCI, bytes: MANIFEST });
  const other = registry.manifest('a', `sha256:${'0'.repeat(64)}`);
  expect(await problemsOfPromise(other)).toMatchObject([{ code: 'digest-mismatch' }]);
});

test('tags come in pages', async () => {
  const { host, got } = await serve((request, response) => {
    const last = new URL(request.url ?? '', 'http://x').searchParams.get('last');
    if (last === null) response.setHeader('link', '</v2/a/tags/list?last=t2&n=2>; rel="next"');
    response.end(JSON.stringify({ name: 'a', tags: last === null ? ['t1', 't2'] : ['t3'] }));
  });
  expect(await client(host).tags('a')).toEqual(['t1', 't2', 't3']);
  expect(got).toHaveLength(2);
});

/** Answers with these statuses, then 200 for ever. */
const serveStatuses = (...statuses: readonly number[]) => {
  const left = [...statuses];
  return serve((request, response) => {
    const status = left.shift() ?? 200;
    request.resume();
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { 'retry-after': '0' }).end('{"tags":["t"]}');
  });
};

test.each([
  ['a break', [0], 2],
  ['502', [502], 2],
  ['503', [503], 2],
  ['429', [429], 2],
])('reading goes on after %s', async (_, statuses, requests) => {
  const { host, got } = await serveStatuses(...statuses);
  expect(await client(host).tags('a')).toEqual(['t']);
  expect(got).toHaveLength(requests);
});

test.each([
  ['two breaks', [0, 0], 'registry-unreachable', 2],
  ['two 503', [503, 503], 'registry-error', 2],
  ['two 429', [429, 429], 'registry-error', 2],
  ['500', [500], 'registry-error', 1],
])('reading ends after %s', async (_, statuses, code, requests) => {
  const { host, got } = await serveStatuses(...statuses);
  expect(await problemsOfPromise(client(host).tags('a'))).toMatchObject([{ code }]);
  expect(got).toHaveLength(requests);
});

test('nobody waits longer than 5 s for a busy registry', async () => {
  const { host, got } = await serve((_, response) =>
    response.writeHead(429, { 'retry-after': '3600' }).end(),
  );
  expect(await problemsOfPromise(client(host).tags('a'))).toMatchObject([{ code: 'registry-error' }]);
  expect(got).toHaveLength(1);
});

test.each([
  [[400, 201], 0, 2],
  [[400, 400], 1, 2],
  [[0, 201], 1, 1],
])('a manifest that meets %j', async (statuses, problems, requests) => {
  const { host, got } = await serveStatuses(...statuses);
  const pushed = client(host).pushManifest('a', 't', MANIFEST, OCI);
  expect(await problemsOfPromise(pushed)).toHaveLength(problems);
  expect(got).toHaveLength(requests);
});

test('a declined mount leaves no upload', async () => {
  const { host, got } = await serve((request, response) => {
    if (request.method === 'POST') response.writeHead(202, { location: '/v2/a/blobs/uploads/id?x=1' }).end();
    else response.writeHead(204).end();
  });
  expect(await client(host).mountBlob('a', BLOB.digest, 'b')).toBe(false);
  expect(got.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`)).toEqual([
    `POST /v2/a/blobs/uploads/?mount=${encodeURIComponent(BLOB.digest)}&from=b`,
    'DELETE /v2/a/blobs/uploads/id?x=1',
  ]);
});

test('content that can not be read is no problem of the registry', async () => {
  const { host } = await serve((request, response) => {
    request.resume();
    if (request.method === 'HEAD') response.writeHead(404).end();
    else if (request.method === 'POST') response.writeHead(202, { location: '/u' }).end();
  });
  const file = join(tempFolder(), 'none');
  const pushed = client(host).pushBlob('a', { ...BLOB, open: () => createReadStream(file) });
  await expect(pushed).rejects.toMatchObject({ code: 'ENOENT', path: file });
});

test("the registry's words are told, cut short", async () => {
  const { host } = await serve((_, response) => {
    response
      .writeHead(500)
      .end(JSON.stringify({ errors: [{ code: 'UNKNOWN', message: `x\n${'y'.repeat(999)}` }] }));
  });
  const [problem] = await problemsOfPromise(client(host).manifest('a/b', 't'));
  expect(problem?.message).toContain(`${host}/a/b:t`);
  expect(problem?.message).toContain('500 (UNKNOWN: x yyy');
  expect(problem?.message.length).toBeLessThan(400);
});
