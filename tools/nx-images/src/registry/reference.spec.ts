import { expect, test } from 'vitest';
import { problemsOf } from '../testing/problems.ts';
import { apiHost, isLoopback, parseRegistry, repositoryIn } from './reference.ts';

test.each([
  ['ghcr.io', 'ghcr.io', ''],
  ['ghcr.io/acme/team', 'ghcr.io', 'acme/team'],
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
  'ghcr.io/',
  'ghcr.io/Acme',
  'ghcr.io/acme:latest',
  'ghcr.io//acme',
  'ghcr.io:70000',
  'user:password@ghcr.io',
])('"%s" is no registry', (text) => {
  expect(problemsOf(() => parseRegistry(text))).toMatchObject([{ code: 'bad-registry' }]);
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
