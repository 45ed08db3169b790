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
  number.example) echo '{"Username":"secret-text","Secret":5}' ;;
  null.example) echo null ;;
  locked.example) echo '{"Secret":"secret-text"}'; echo 'the keychain is locked' >&2; exit 1 ;;
  silent.example) echo secret-text; exit 3 ;;
  wordy.example) printf '%0300d' 7 >&2; exit 1 ;;
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
    'null is as absent',
    { auths: null, credHelpers: { 'r.example': null }, credsStore: null },
    'r.example',
    undefined,
  ],
  [
    'a helper that is null, a store',
    { credHelpers: { 'known.example': null }, credsStore: 'test' },
    'known.example',
    { username: 'bob', password: 'pw' },
  ],
  ['an entry that is null', { auths: { 'r.example': null }, credHelpers: null }, 'r.example', undefined],
  [
    'members of an entry that are null',
    { auths: { 'r.example': { auth: null, identitytoken: null } } },
    'r.example',
    undefined,
  ],
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
  ['no JSON', '{"auths": ', 'r.example', 'the file is not valid JSON'],
  ['no JSON, with a password', '{"auths":{"r":{"auth": secret-text', 'r.example', 'is not valid JSON'],
  ['no object', '[]', 'r.example', 'it is no JSON object'],
  ['auths of a wrong type', { auths: 'secret-text' }, 'r.example', 'its "auths" is no JSON object'],
  [
    'an entry that is text',
    { auths: { 'r.example': 'secret-text' } },
    'r.example',
    '"auths"."r.example" is no',
  ],
  [
    'auth of a wrong type',
    { auths: { 'r.example': { auth: 5 } } },
    'r.example',
    '"r.example"."auth" is no string',
  ],
  [
    'a token of a wrong type',
    { auths: { 'r.example': { identitytoken: ['secret-text'] } } },
    'r.example',
    '"auths"."r.example"."identitytoken" is no string',
  ],
  ['helpers in a list', { credHelpers: [1] }, 'r.example', 'its "credHelpers" is no JSON object'],
  ['a helper of a wrong type', { credHelpers: { 'x.example': 1 } }, 'r.example', '"x.example" is no string'],
  ['a store of a wrong type', { credsStore: 5 }, 'r.example', 'its "credsStore" is no string'],
  ['an auth of no pair', { auths: { 'r.example': { auth: base64('secret-text') } } }, 'r.example', 'base64'],
  [
    'an auth that is no base64',
    // Read without care, it is a name, a colon and a password.
    { auths: { 'r.example': { auth: `!${base64('bob:secret-text')}` } } },
    'r.example',
    'its "auth" for r.example is not the base64',
  ],
  [
    'a failing helper',
    { credsStore: 'test' },
    'locked.example',
    'ends with 1 for locked.example: the keychain',
  ],
  ['a silent helper', { credsStore: 'test' }, 'silent.example', 'ends with 3 for silent.example: no words'],
  ['a wordy helper', { credsStore: 'test' }, 'wordy.example', `: ${'0'.repeat(200)}…`],
  ['a helper with no name', { credsStore: '\0' }, 'r.example', 'can not be started'],
  ['a babbling helper', { credsStore: 'test' }, 'broken.example', 'gives no JSON'],
  ['a helper with a wrong answer', { credsStore: 'test' }, 'number.example', 'a Username and a Secret'],
  ['a helper with null', { credsStore: 'test' }, 'null.example', 'a Username and a Secret'],
])('%s is a problem that names the file', async (_, config, host, words) => {
  const file = withConfig(config, { 'docker-credential-test': KNOWS });
  const [problem] = await problemsOfPromise(credentialsFor(host));
  expect(problem).toMatchObject({ code: 'docker-config', file });
  expect(problem?.message).toContain(words);
  // What a helper printed, or the file has, may be a password.
  expect(problem?.message).not.toContain('secret');
});

test('the line of what is no JSON is told, where Node tells its place', async () => {
  withConfig('{\n  "auths": {},\n}');
  expect(await problemsOfPromise(credentialsFor('r.example'))).toMatchObject([{ line: 3 }]);
});

test('a file that can not be read is a problem', async () => {
  const folder = tempFolder();
  writeFiles(folder, { 'config.json/x': '' });
  vi.stubEnv('DOCKER_CONFIG', folder);
  const [problem] = await problemsOfPromise(credentialsFor('r.example'));
  expect(problem).toMatchObject({ code: 'docker-config', file: join(folder, 'config.json') });
  expect(problem?.message).toContain('EISDIR');
});

test.each<[config: object, host: string]>([
  [{ credsStore: 'nowhere' }, 'docker.io'],
  [{ credHelpers: { 'r.example': 'nowhere' } }, 'r.example'],
])('of %j the helper is not on PATH', async (config, host) => {
  const file = withConfig(config);
  const [problem] = await problemsOfPromise(credentialsFor(host));
  expect(problem).toMatchObject({
    code: 'docker-config',
    file,
    mend: `install docker-credential-nowhere, or take it out of ${file}`,
  });
  expect(problem?.message).toContain(
    `docker-credential-nowhere, which ${file} names for ${host}, is not on PATH`,
  );
});
