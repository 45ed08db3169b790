import { ProblemError } from '@cp-whisperx-app/problem';
import { beforeAll, describe, expect, test } from 'vitest';
import { CacheServer } from './server.ts';
import { oddEntry, type CacheStore } from './store.ts';
import { CODE, entry } from './testing/entries.ts';

let good: Buffer;
beforeAll(async () => {
  good = await entry(['d/f', 'text'], CODE);
});

const failure = (): never => {
  throw new ProblemError({ code: 'registry-slow', message: 'the registry sleeps', mend: 'wake it' });
};

/** A store in memory, which records what it is asked. */
class Memory implements CacheStore {
  readonly entries = new Map<string, Buffer>();
  readonly asked: string[] = [];
  /** Throws where it is to fail. */
  fault: (call: 'get' | 'put') => void = () => undefined;
  writable = true;

  get(hash: string): Promise<Buffer | undefined> {
    return this.#ask('get', hash, () => this.entries.get(hash));
  }

  put(hash: string, body: Buffer): Promise<'stored' | 'exists' | 'refused'> {
    return this.#ask('put', hash, () => {
      if (!this.writable) return 'refused';
      if (this.entries.has(hash)) return 'exists';
      this.entries.set(hash, body);
      return 'stored';
    });
  }

  async #ask<T>(call: 'get' | 'put', hash: string, work: () => T): Promise<T> {
    this.asked.push(`${call} ${hash}`);
    await Promise.resolve();
    this.fault(call);
    return work();
  }
}

interface Run {
  readonly store: Memory;
  readonly second: Memory;
  readonly server: CacheServer;
  readonly warnings: readonly string[];
  readonly get: (hash: string) => Promise<Response>;
  readonly put: (hash: string, body?: Buffer) => Promise<Response>;
}

async function start(): Promise<Run> {
  const [store, second] = [new Memory(), new Memory()];
  const warnings: string[] = [];
  const server = await CacheServer.start([store, second], (line) => warnings.push(line));
  const headers = { authorization: `Bearer ${server.token}` };
  const url = (hash: string): string => `${server.url}/v1/cache/${hash}`;
  const get = (hash: string) => fetch(url(hash), { headers });
  const put = (hash: string, body = good) =>
    fetch(url(hash), { method: 'PUT', headers, body: new Uint8Array(body) });
  return { store, second, server, warnings, get, put };
}

test('gives what was put, byte for byte', async () => {
  const { get, put, warnings } = await start();
  expect((await put('1')).status).toBe(200);
  const answer = await get('1');
  expect(answer.headers.get('content-type')).toBe('application/octet-stream');
  expect(answer.headers.get('content-length')).toBe(String(good.length));
  expect(Buffer.from(await answer.arrayBuffer()).equals(good)).toBe(true);
  expect(warnings).toEqual([]);
});

test('looks in all stores, in order, and puts into the first', async () => {
  const { store, second, get, put } = await start();
  second.entries.set('1', good);
  expect((await get('1')).status).toBe(200);
  expect((await put('2')).status).toBe(200);
  expect([...store.entries.keys()]).toEqual(['2']);
  expect((await get('2')).status).toBe(200);
  expect(second.asked).toEqual(['get 1']);
});

test.each<[name: string, prepare: (store: Memory) => void, get: number, put: number, warnings: number]>([
  ['empty', () => undefined, 404, 200, 0],
  ['full', (store) => store.entries.set('1', good), 200, 409, 0],
  ['not to be written', (store) => (store.writable = false), 404, 403, 0],
  ['failing', (store) => (store.fault = failure), 404, 403, 1],
  ['broken by a mistake in it', (store) => (store.fault = () => void JSON.parse('{')), 404, 403, 1],
])('a store that is %s', async (_name, prepare, getStatus, putStatus, count) => {
  const { store, get, put, warnings } = await start();
  prepare(store);
  expect((await get('1')).status).toBe(getStatus);
  expect((await put('1')).status).toBe(putStatus);
  expect(warnings).toHaveLength(count);
});

describe('who may ask', () => {
  test.each<[name: string, headers: (token: string) => Record<string, string>]>([
    ['nobody', () => ({})],
    ['a wrong token', (token) => ({ authorization: `Bearer ${token.replace(/^./, 'x')}` })],
    ['a longer token', (token) => ({ authorization: `Bearer ${token}0` })],
    ['another scheme', (token) => ({ authorization: `Basic ${token}` })],
  ])('not %s', async (_name, headers) => {
    const { server, store } = await start();
    for (const method of ['GET', 'PUT']) {
      const body = method === 'PUT' ? 'x' : null;
      const answer = await fetch(`${server.url}/v1/cache/1`, {
        method,
        body,
        headers: headers(server.token),
      });
      expect(answer.status).toBe(401);
    }
    expect(store.asked).toEqual([]);
  });

  test('each server has a token of its own', async () => {
    expect((await start()).server.token).not.toBe((await start()).server.token);
  });
});

test.each(['../1', '1/2', '%2e%2e', '', 'a'.repeat(101), '1?x'])('"%s" is no hash', async (hash) => {
  const { get, put, store, warnings } = await start();
  expect((await get(hash)).status).toBe(404);
  expect((await put(hash)).status).toBe(404);
  expect({ asked: store.asked, warnings }).toEqual({ asked: [], warnings: [] });
});

describe('a store fails', () => {
  test('and is asked nothing more of that kind, while the others go on', async () => {
    const { store, second, get, put, warnings } = await start();
    second.entries.set('2', good);
    store.fault = (call) => call === 'get' && failure();
    expect((await get('1')).status).toBe(404);
    expect((await get('2')).status).toBe(200);
    expect((await put('3')).status).toBe(200);
    expect(store.asked).toEqual(['get 1', 'put 3']);
    expect(warnings).toEqual([
      "nx-images: the registry sleeps; this run goes on without Nx's remote cache (mend: wake it)",
    ]);
  });

  test('to take an entry, and still gives some', async () => {
    const { store, get, put, warnings } = await start();
    store.entries.set('1', good);
    store.fault = (call) => call === 'put' && failure();
    expect((await put('2')).status).toBe(403);
    expect((await put('3')).status).toBe(403);
    expect((await get('1')).status).toBe(200);
    expect(store.asked).toEqual(['put 2', 'get 1']);
    expect(warnings).toEqual([
      "nx-images: the registry sleeps; this run keeps nothing more in Nx's remote cache (mend: wake it)",
    ]);
  });

  test('while many ask, and it is told once', async () => {
    const { store, get, put, warnings } = await start();
    store.fault = failure;
    const hashes = Array.from({ length: 20 }, (_, index) => String(index));
    const answers = await Promise.all(hashes.flatMap((hash) => [get(hash), put(hash)]));
    expect(answers.map(({ status }) => status)).toEqual(hashes.flatMap(() => [404, 403]));
    expect(warnings).toHaveLength(1);
  });

  test('and is tried again in the next run, and told of again', async () => {
    const { store, server, get, warnings } = await start();
    store.entries.set('1', good);
    store.fault = failure;
    await get('1');
    server.reset();
    await get('1');
    expect(warnings).toHaveLength(2);
    store.fault = () => undefined;
    server.reset();
    expect((await get('1')).status).toBe(200);
  });
});

test.each<[name: string, odd: (store: Memory) => void, why: string]>([
  [
    'is no tar',
    (store) => store.entries.set('1', Buffer.from('odd')),
    "1 is no entry of Nx's cache: incorrect",
  ],
  ['the store finds odd', (store) => (store.fault = throwOdd), "1 is no entry of Nx's cache: it is odd"],
])('an entry that %s is a miss, told once, and others are still asked for', async (_name, odd, why) => {
  const { store, second, get, warnings } = await start();
  odd(store);
  expect((await get('1')).status).toBe(404);
  expect((await get('1')).status).toBe(404);
  store.fault = () => undefined;
  store.entries.set('2', good);
  expect((await get('2')).status).toBe(200);
  expect(second.asked).toEqual(['get 1', 'get 1']);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(why);
});

function throwOdd(): never {
  throw oddEntry('1', 'it is odd');
}
