import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { delimiter } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { writeFiles } from '../testing/folders.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { startTokenServer } from '../testing/token-server.ts';
import { digestOf } from './manifest.ts';
import { basic, client, logIn, OCI, ownDockerConfig, pushImage, startRegistry } from './testing/client.ts';

ownDockerConfig();

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
  const [folder, helper] = [process.env.DOCKER_CONFIG ?? '', 'docker-credential-of-the-test'];
  writeFiles(folder, {
    'config.json': JSON.stringify({ credHelpers: { [server.host]: 'of-the-test' } }),
    [helper]: '#!/bin/sh\ncat >/dev/null\necho \'{"Username":"alice","Secret":"right"}\'\n',
  });
  chmodSync(`${folder}/${helper}`, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
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
