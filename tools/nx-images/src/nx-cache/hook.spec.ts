import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serve } from '../testing/http.ts';
import { PLUGIN } from '../workspace.ts';
import { preTasksExecution } from './hook.ts';

const SERVER = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER';
const TOKEN = 'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN';
const DOWN = 'NX_IMAGES_REGISTRY_DOWN';
/** Nothing listens there. */
const NOWHERE = '127.0.0.1:1';

const warn = vi.spyOn(console, 'warn');
beforeEach(() => {
  warn.mockReset().mockReturnValue(undefined);
  const ours = /^(NX_(CLOUD|NO_CLOUD|SELF_HOSTED|IMAGES)\w*|(http|all|no)_proxy)$/i;
  for (const name of Object.keys(process.env).filter((one) => ours.test(one))) vi.stubEnv(name, undefined);
  for (const name of [SERVER, TOKEN, DOWN, 'NO_PROXY']) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** Runs the hook as Nx does before a run. @returns what Nx's client would find in the environment */
async function pre(registry: string, more: object = {}) {
  const plugins = [{ plugin: PLUGIN, options: { registry } }];
  const nxJsonConfiguration = { plugins, ...more };
  await preTasksExecution(undefined, { id: '1', workspaceRoot: '/', argv: [], nxJsonConfiguration });
  return { url: process.env[SERVER], token: process.env[TOKEN], down: process.env[DOWN] };
}

const asNx = ({ url, token }: { url?: string | undefined; token?: string | undefined }) =>
  fetch(`${url ?? ''}/v1/cache/1`, { headers: { authorization: `Bearer ${token ?? ''}` } });

/** A registry that has nothing, or a cache server that has nothing. */
const empty = () =>
  serve((request, response) => response.writeHead(request.url === '/v2/' ? 200 : 404).end());

test('nothing is configured: nothing is lent', async () => {
  expect(await pre('')).toEqual({ url: undefined, token: undefined, down: '' });
});

test('a registry answers: a server stands before it', async () => {
  const { host, got } = await empty();
  const lent = await pre(`${host}/team`);
  expect(lent.down).toBe('');
  expect((await asNx(lent)).status).toBe(404);
  expect(got.map(({ url }) => url)).toEqual(['/v2/', '/v2/team/nx-cache/manifests/nx-1']);
  expect(warn).not.toHaveBeenCalled();
});

test('one server is lent to all runs with the same registry, another to those with another', async () => {
  const [one, two] = [await empty(), await empty()];
  const lent = await pre(one.host);
  expect(await pre(one.host)).toEqual(lent);
  expect((await pre(two.host)).url).not.toBe(lent.url);
});

describe('registries that do not answer', () => {
  test('all: it is told to the user and to the executors, until the next run', async () => {
    const down = await pre(NOWHERE);
    expect(down).toMatchObject({ url: undefined, down: expect.stringContaining(NOWHERE) as string });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.lastCall?.[0]).toMatch(/^nx-images: .*ECONNREFUSED.*; this run goes on without it/);
    expect(await pre((await empty()).host)).toMatchObject({ down: '', url: expect.any(String) as string });
  });

  test('one of two: the other serves', async () => {
    const { host, got } = await empty();
    const lent = await pre(`${NOWHERE}, ${host}`);
    expect(lent.down).toBe('');
    expect((await asNx(lent)).status).toBe(404);
    expect(got).toHaveLength(2);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test('the first, in a run that publishes: the executors tell', async () => {
    vi.stubEnv('NX_IMAGES_PUBLISH', 'true');
    const { host } = await empty();
    expect(await pre(`${NOWHERE},${host}`)).toMatchObject({ url: undefined, down: '' });
    expect(warn).not.toHaveBeenCalled();
  });
});

describe('the user named a server', () => {
  test('ours stands before it, in each of several runs, with the token of the user', async () => {
    const { host, got } = await empty();
    vi.stubEnv(SERVER, `http://${host}`);
    vi.stubEnv(TOKEN, 'mine');
    const lent = await pre('');
    expect(lent.url).not.toContain(host);
    expect(lent.token).not.toBe('mine');
    // The environment now names ours, as it does under the daemon when two runs overlap.
    expect(await pre('')).toEqual(lent);
    expect((await asNx(lent)).status).toBe(404);
    expect(got).toMatchObject([{ url: '/v1/cache/1', authorization: 'Bearer mine' }]);
  });

  test('and a registry is configured: the cache is the server', async () => {
    const [registry, cache] = [await empty(), await empty()];
    vi.stubEnv(SERVER, `http://${cache.host}`);
    await asNx(await pre(registry.host));
    expect(cache.got).toMatchObject([{ url: '/v1/cache/1', authorization: undefined }]);
    expect(registry.got).toMatchObject([{ url: '/v2/' }]);
  });

  test('the environment names what stands before a registry: it still does', async () => {
    const { host, got } = await empty();
    const lent = await pre(host);
    expect(await pre(host)).toEqual(lent);
    await asNx(lent);
    expect(got.map(({ url }) => url)).toEqual(['/v2/', '/v2/', '/v2/nx-cache/manifests/nx-1']);
  });
});

test('two runs that begin at once get the same', async () => {
  const { host } = await empty();
  const [one, two] = await Promise.all([pre(host), pre(host)]);
  expect(one).toEqual(two);
});

describe('no server is lent', () => {
  test.each<[name: string, prepare: () => void, nxJson: object]>([
    ['in a worker of Nx for one plugin', () => vi.stubGlobal('NX_PLUGIN_WORKER', true), {}],
    ['where nx.json names a cloud', () => undefined, { nxCloudId: 'x' }],
    ['where the environment names a cloud', () => vi.stubEnv('NX_CLOUD_ACCESS_TOKEN', 'x'), {}],
  ])('%s', async (_name, prepare, nxJson) => {
    prepare();
    const { host } = await empty();
    expect(await pre(host, nxJson)).toEqual({ url: undefined, token: undefined, down: '' });
  });

  test.each<[name: string, prepare: () => void, nxJson: object]>([
    ['nx.json', () => undefined, { nxCloudId: 'x', neverConnectToCloud: true }],
    ['the environment', () => vi.stubEnv('NX_NO_CLOUD', 'true'), { nxCloudId: 'x' }],
  ])('but it is where %s refuses the cloud', async (_name, prepare, nxJson) => {
    prepare();
    const { host } = await empty();
    expect(await pre(host, nxJson)).toMatchObject({ url: expect.any(String) as string });
  });
});

test.each([
  [{}, undefined],
  [{ HTTP_PROXY: 'http://proxy.example' }, '127.0.0.1'],
  [{ http_proxy: 'http://proxy.example', no_proxy: 'a.example' }, 'a.example,127.0.0.1'],
  [{ ALL_PROXY: 'http://proxy.example', NO_PROXY: 'a.example', no_proxy: 'b' }, 'a.example,127.0.0.1'],
])("Nx's client goes past a proxy: %j", async (env, expected) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  await pre((await empty()).host);
  expect(process.env['NO_PROXY']).toBe(expected);
});
