import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { serve } from '../testing/http.ts';
import { ServerStore } from './server-store.ts';

const BODY = Buffer.from('an entry');

/** A store on a server that answers like this. */
async function storeOn(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const { host, got } = await serve(answer);
  const store = new ServerStore({ url: `http://${host}/base`, token: 'secret' }, { timeoutMs: 300 });
  return { store, host, got };
}

const status = (code: number) => (request: IncomingMessage, response: ServerResponse) => {
  request.resume();
  response.writeHead(code).end(code === 200 ? BODY : 'words');
};

test.each([
  [200, BODY],
  [404, undefined],
])('get: %i', async (code, expected) => {
  let accept: string | undefined;
  const { store, got } = await storeOn((request, response) => {
    ({ accept } = request.headers);
    status(code)(request, response);
  });
  expect(await store.get('1')).toEqual(expected);
  expect(got).toMatchObject([{ method: 'GET', url: '/base/v1/cache/1', authorization: 'Bearer secret' }]);
  expect(accept).toBe('application/octet-stream');
});

test.each([
  [200, 'stored'],
  [202, 'stored'],
  [409, 'exists'],
  [403, 'refused'],
])('put: %i', async (code, expected) => {
  const seen: { headers?: IncomingHttpHeaders; body?: Buffer } = {};
  const { store, got } = await storeOn((request, response) => {
    seen.headers = request.headers;
    void buffer(request).then((body) => {
      seen.body = body;
      response.writeHead(code).end();
    });
  });
  expect(await store.put('1', BODY)).toBe(expected);
  expect(seen.body).toEqual(BODY);
  expect(got).toMatchObject([{ method: 'PUT', url: '/base/v1/cache/1', authorization: 'Bearer secret' }]);
  expect(seen.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': String(BODY.length),
  });
});

test.each<[name: string, answer: Parameters<typeof storeOn>[0], why: RegExp]>([
  ['401', status(401), /answers 401/],
  ['500', status(500), /answers 500/],
  ['no answer', () => undefined, /no answer within 0\.3/],
  ['a broken connection', (request) => request.socket.destroy(), /can not be reached/],
  [
    'redirects without end',
    (_, response) => response.writeHead(307, { location: '/x' }).end(),
    /answers 307/,
  ],
])('%s fails both', async (_name, answer, why) => {
  const { store, host } = await storeOn(answer);
  for (const call of [() => store.get('1'), () => store.put('1', BODY)]) {
    const message = await call().then(String, String);
    expect(message).toMatch(why);
    expect(message).toContain(`the cache server http://${host} `);
    expect(message).not.toContain('secret');
  }
});

test('403 to a get fails it', async () => {
  const { store } = await storeOn(status(403));
  await expect(store.get('1')).rejects.toThrow('answers 403');
});

test('a body that stops half-way fails', async () => {
  const { store } = await storeOn((_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
  });
  await expect(store.get('1')).rejects.toThrow('no answer within');
});

test('a bucket to which the server redirects gets no token', async () => {
  const bucket = await serve(status(200));
  const location = `http://${bucket.host}/signed?x=1`;
  const { store, got } = await storeOn((_, response) => response.writeHead(302, { location }).end());
  expect(await store.get('1')).toEqual(BODY);
  expect(got).toHaveLength(1);
  expect(bucket.got).toMatchObject([{ url: '/signed?x=1', authorization: undefined }]);
});

test('an account in the URL goes before the token, and is not told', async () => {
  const { host, got } = await serve(status(500));
  const store = new ServerStore({ url: `http://me:p%40ss@${host}`, token: 'secret' });
  await expect(store.get('1')).rejects.toThrow(`the cache server http://${host} answers 500`);
  expect(got[0]?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});

test.each(['cache', 'ftp://127.0.0.1'])('"%s" is no URL of a server', async (url) => {
  const store = new ServerStore({ url, token: undefined });
  await expect(store.get('1')).rejects.toThrow('can not be reached');
});
