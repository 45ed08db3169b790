import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../testing/http.ts';
import { DAEMON, expectGreen, FAULTS, NOWHERE, PUBLISH, SharedCache } from './testing/cache.ts';
import { PROJECTS } from './testing/tasks.ts';

const WRITES = /^(PUT|POST|PATCH|DELETE)$/;

let cache: SharedCache;
beforeAll(async () => {
  cache = await SharedCache.create();
});
afterAll(() => cache.dispose());

describe('a registry', () => {
  test.each([
    ['without the daemon', {}],
    ['with the daemon', DAEMON],
  ])('gives a fresh clone what another machine published, %s', async (_name, daemon) => {
    const env = { ...cache.inRegistry(), ...daemon };
    expectGreen(await cache.tasks.work(await cache.tasks.clone(), { ...env, ...PUBLISH }), { ran: PROJECTS });
    const clone = await cache.tasks.clone();
    expectGreen(await cache.tasks.work(clone, env), { remote: PROJECTS });
    expect(readFileSync(join(clone, 'dist/tasks/one/out.txt'), 'utf8')).toBe('the text of one\n');
  });

  test.each([{}, { no_proxy: 'a.example' }, { NO_PROXY: 'a.example', no_proxy: 'b.example' }])(
    'is reached past a proxy for others: %j',
    async (direct) => {
      const proxy = `http://${NOWHERE}`;
      const env = {
        ...(await cache.filled()),
        HTTP_PROXY: proxy,
        http_proxy: proxy,
        ALL_PROXY: proxy,
        ...direct,
      };
      expectGreen(await cache.tasks.work(await cache.tasks.clone(), env), { remote: PROJECTS });
    },
  );

  test('is written to only by a run that publishes', async () => {
    cache.registry.forget();
    expectGreen(await cache.tasks.work(await cache.tasks.clone(), cache.inRegistry()), { ran: PROJECTS });
    expect(cache.registry.requests().filter(({ method }) => WRITES.test(method))).toEqual([]);
    expect(cache.registry.requests().filter(({ path }) => path.includes('/manifests/nx-'))).toHaveLength(
      PROJECTS.length,
    );
  });

  test('keeps an entry that is there', async () => {
    const env = await cache.filled();
    cache.registry.forget();
    expectGreen(
      await cache.tasks.work(await cache.tasks.clone(), { ...env, ...PUBLISH, NX_SKIP_NX_CACHE: 'true' }),
      {
        ran: PROJECTS,
      },
    );
    expect(cache.registry.requests().filter(({ method }) => WRITES.test(method))).toEqual([]);
  });

  test.each(['down', 'slow', 401, 500] as const)('that is %s costs a warning', async (fault) => {
    const env = await cache.filled();
    const clone = await cache.tasks.clone();
    cache.registry.setFault(fault);
    onTestFinished(() => {
      cache.registry.setFault('none');
    });
    cache.registry.forget();
    expectGreen(await cache.tasks.work(clone, env), { ran: PROJECTS, warnings: 1 });
    expect(cache.registry.requests().filter(({ path }) => path !== '/v2/')).toEqual([]);
    // A run that publishes is for the executors of images to end.
    expectGreen(await cache.tasks.work(await cache.tasks.clone(), { ...env, ...PUBLISH }), { ran: PROJECTS });
  });

  test('that refuses connections costs a warning', async () => {
    const run = await cache.tasks.work(await cache.tasks.clone(), cache.inRegistry(NOWHERE));
    expectGreen(run, { ran: PROJECTS, warnings: 1 });
  });

  test('that is read-only costs a publishing run a warning', async () => {
    cache.registry.setFault('read-only');
    onTestFinished(() => {
      cache.registry.setFault('none');
    });
    const run = await cache.tasks.work(await cache.tasks.clone(), { ...cache.inRegistry(), ...PUBLISH });
    expectGreen(run, { ran: PROJECTS, warnings: 1 });
    expect(run.warnings[0]).toContain('this run keeps nothing more');
  });

  test.each(FAULTS)('that %s after it was there costs a warning', async (_name, fault) => {
    const { host } = await serve((request, response) => {
      request.resume();
      if (request.url === '/v2/') response.end();
      else fault(response);
    });
    const run = await cache.tasks.work(await cache.tasks.clone(), { ...cache.inRegistry(host), ...PUBLISH });
    expectGreen(run, { ran: PROJECTS, warnings: 1 });
  });

  test('is not asked where plugins run in workers of their own', async () => {
    const env = await cache.filled();
    cache.registry.forget();
    const run = await cache.tasks.work(await cache.tasks.clone(), { ...env, NX_ISOLATE_PLUGINS: 'true' });
    expectGreen(run, { ran: PROJECTS });
    expect(cache.registry.requests().map(({ path }) => path)).toEqual(['/v2/']);
  });
});

describe('two runs at once in one workspace', () => {
  test.each([
    ['without the daemon', {}],
    ['with the daemon', DAEMON],
  ])('%s', async (_name, daemon) => {
    const env = { ...(await cache.filled()), ...daemon };
    const clone = await cache.tasks.clone();
    const [some, others] = [PROJECTS.slice(0, 3), PROJECTS.slice(3)];
    // The first ends while the second still works, and asks again.
    const second = cache.tasks.work(clone, env, [...others, 'after-slow']);
    expectGreen(await cache.tasks.work(clone, env, some), { remote: some });
    expectGreen(await second, { ran: ['after-slow', 'slow'], remote: others });
  });
});

test('one daemon heeds what each run is told', async () => {
  const [env, empty] = [await cache.filled(), cache.inRegistry()];
  const clone = await cache.tasks.clone();
  const [some, others] = [PROJECTS.slice(0, 3), PROJECTS.slice(3)];
  expectGreen(await cache.tasks.work(clone, { ...DAEMON, ...empty }, some), { ran: some });
  expectGreen(await cache.tasks.work(clone, { ...DAEMON, ...env }, others), { remote: others });
});
