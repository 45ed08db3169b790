import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { credentialsFor } from './credentials.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A folder of docker's configuration, and one of programs that come first on PATH. */
function withConfig(config: string | object, helpers: Readonly<Record<string, string>> = {}): string {
  const folder = tempFolder();
  writeFiles(folder, { 'config.json': typeof config === 'string' ? config : JSON.stringify(config) });
  for (const [name, script] of Object.entries(helpers)) {
    writeFiles(folder, { [name]: `#!/bin/sh\n${script}\n` });
    chmodSync(join(folder, name), 0o755);
  }
  vi.stubEnv('DOCKER_CONFIG', folder);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH ?? ''}`);
  return join(folder, 'config.json');
}

const ALICE = { auth: base64('alice:a:b') };
const KNOWS = `read -r host; case $host in
  known.example) echo '{"ServerURL":"x","Username":"bob","Secret":"pw"}' ;;
  token.example) echo '{"ServerURL":"x","Username":"<token>","Secret":"idt"}' ;;
  https://index.docker.io/v1/) echo '{"ServerURL":"x","Username":"hub","Secret":"pw"}' ;;
  broken.example) echo secret-text ;;
  locked.example) echo 'the keychain is locked' >&2; exit 1 ;;
  *) echo 'credentials not found in native keychain'; exit 1 ;;
esac`;

test.each<[what: string, config: object, host: string, credentials: object | undefined]>([
  [
    'a password with a colon',
    { auths: { 'r.example': ALICE } },
    'r.example',
    { username: 'alice', password: 'a:b' },
  ],
  ['its port counts', { auths: { 'r.example:5000': ALICE } }, 'r.example', undefined],
  [
    'an old key',
    { auths: { 'https://r.example/v1/': ALICE } },
    'r.example',
    { username: 'alice', password: 'a:b' },
  ],
  [
    'Docker Hub',
    { auths: { 'https://index.docker.io/v1/': ALICE } },
    'docker.io',
    { username: 'alice', password: 'a:b' },
  ],
  [
    'an identity token',
    { auths: { 'r.example': { auth: base64('alice:'), identitytoken: 'idt' } } },
    'r.example',
    { identityToken: 'idt' },
  ],
  ['an entry of a store', { auths: { 'r.example': {} } }, 'r.example', undefined],
  ['nothing', {}, 'r.example', undefined],
  [
    'the helper of a host',
    { auths: { 'known.example': ALICE }, credHelpers: { 'known.example': 'test' } },
    'known.example',
    { username: 'bob', password: 'pw' },
  ],
  [
    'the helper of another host',
    { auths: { 'r.example': ALICE }, credHelpers: { 'known.example': 'test' } },
    'r.example',
    { username: 'alice', password: 'a:b' },
  ],
  ['a store', { credsStore: 'test' }, 'token.example', { identityToken: 'idt' }],
  ['a store, Docker Hub', { credsStore: 'test' }, 'docker.io', { username: 'hub', password: 'pw' }],
  ['a store that has none', { credsStore: 'test' }, 'r.example', undefined],
])('%s', async (_, config, host, credentials) => {
  withConfig(config, { 'docker-credential-test': KNOWS });
  expect(await credentialsFor(host)).toEqual(credentials);
});

test('no file, no credentials', async () => {
  vi.stubEnv('DOCKER_CONFIG', join(tempFolder(), 'none'));
  expect(await credentialsFor('r.example')).toBeUndefined();
});

test.each<[what: string, config: string | object, host: string, words: string]>([
  ['no JSON', '{"auths": ', 'r.example', 'JSON'],
  ['no object', '[]', 'r.example', 'no JSON object'],
  ['a bad auth', { auths: { 'r.example': { auth: '????' } } }, 'r.example', 'base64'],
  ['a failing helper', { credsStore: 'test' }, 'locked.example', 'the keychain is locked'],
  ['a missing helper', { credsStore: 'nowhere' }, 'r.example', 'docker-credential-nowhere'],
  ['a babbling helper', { credsStore: 'test' }, 'broken.example', 'gives no JSON'],
])('%s is a problem that names the file', async (_, config, host, words) => {
  const file = withConfig(config, { 'docker-credential-test': KNOWS });
  const [problem] = await problemsOfPromise(credentialsFor(host));
  expect(problem).toMatchObject({ code: 'docker-config', file });
  expect(problem?.message).toContain(words);
  // What a helper printed may be a password.
  expect(problem?.message).not.toContain('secret-text');
});
