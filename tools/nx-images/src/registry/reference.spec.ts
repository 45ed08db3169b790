import { expect, test } from 'vitest';
import { problemsOf } from '../testing/problems.ts';
import { apiHost, isLoopback, parseRegistry, registryOf, repositoryIn } from './reference.ts';

test.each([
  ['ghcr.io', 'ghcr.io', ''],
  ['ghcr.io/acme/team', 'ghcr.io', 'acme/team'],
  ['ghcr.io/', 'ghcr.io', ''],
  ['registry.example:5000/team/', 'registry.example:5000', 'team'],
  ['127.0.0.1:5000', '127.0.0.1:5000', ''],
  ['localhost/t', 'localhost', 't'],
  ['[::1]:5000/t', '[::1]:5000', 't'],
  ['index.docker.io/acme', 'docker.io', 'acme'],
])('the registry %s', (text, host, prefix) => {
  expect(parseRegistry(text)).toEqual({ host, prefix });
});

test.each([
  '',
  'acme',
  'acme/team',
  'https://ghcr.io',
  '/',
  'ghcr.io//',
  'ghcr.io/acme//',
  'ghcr.io/Acme',
  'ghcr.io/acme:latest',
  'ghcr.io//acme',
  'ghcr.io:70000',
  'user:password@ghcr.io',
])('"%s" is no registry', (text) => {
  expect(problemsOf(() => parseRegistry(text))).toMatchObject([{ code: 'bad-registry' }]);
});

test.each<[text: string, shown: string, mend: string]>([
  ['https://registry.example', 'https://registry.example', 'leave out the scheme: write registry.example'],
  ['bob:secret@registry.example/team', '…@registry.example/team', 'docker login registry.example'],
  ['bob:se/s@cret@registry.example:5000/', '…@registry.example:5000/', 'docker login registry.example:5000'],
  ['https://bob:secret@registry.example', '…@registry.example', 'leave out the scheme'],
  ['https://bob:secret@registry.example', '…@registry.example', 'docker login registry.example'],
  ['bob:secret@Acme', '…@Acme', 'write HOST[:PORT][/PATH]'],
  ['acme/team', 'acme/team', 'write HOST[:PORT][/PATH]'],
])('of "%s" no user is told, and what mends it is', (text, shown, mend) => {
  const [problem] = problemsOf(() => parseRegistry(text));
  expect(problem?.message).toBe(`"${shown}" is no address of a registry`);
  expect(problem?.mend).toContain(mend);
  expect(problem?.mend).not.toMatch(/bob|cret/);
});

test.each([
  ['127.0.0.1:5000/t', 'rajiup/app-asr:cuda', 't/rajiup/app-asr'],
  ['127.0.0.1:5000', 'app', 'app'],
  ['registry.example', 'ghcr.io/acme/x:1', 'acme/x'],
  ['registry.example', 'localhost:5000/x:1', 'x'],
  ['registry.example', 'docker.io/library/alpine', 'alpine'],
  ['registry.example', `a/b@sha256:${'0'.repeat(64)}`, 'a/b'],
  ['docker.io', 'alpine:3', 'library/alpine'],
  ['docker.io/acme', 'alpine:3', 'acme/alpine'],
])('in %s the image %s is %s', (registry, image, repository) => {
  expect(repositoryIn(parseRegistry(registry), image)).toBe(repository);
});

test.each([
  ['python:3.11', 'docker.io'],
  ['team/python:3.11', 'docker.io'],
  ['ghcr.io/team/python:3.11', 'ghcr.io'],
  ['127.0.0.1:5000/python:3.11', '127.0.0.1:5000'],
])('%s comes from %s', (image, host) => {
  expect(registryOf(image)).toEqual({ host, prefix: '' });
});

test.each([
  ['localhost', true],
  ['localhost:5000', true],
  ['127.8.9.1:80', true],
  ['[::1]:5000', true],
  ['localhost.example', false],
  ['127.0.0.1.example', false],
  ['128.0.0.1', false],
])('%s is this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});

test('Docker Hub answers at another name', () => {
  expect(['docker.io', 'ghcr.io'].map(apiHost)).toEqual(['registry-1.docker.io', 'ghcr.io']);
});
