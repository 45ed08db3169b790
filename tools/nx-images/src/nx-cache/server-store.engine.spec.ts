import { rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../testing/http.ts';
import { DAEMON, expectGreen, FAULTS, NOWHERE } from './testing/cache.ts';
import { PROJECTS, Tasks } from './testing/tasks.ts';

let tasks: Tasks;
beforeAll(async () => {
  tasks = await Tasks.create();
});
afterAll(() => tasks.dispose());

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

  test.each(FAULTS)('that %s costs a warning', async (_name, fault) => {
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
