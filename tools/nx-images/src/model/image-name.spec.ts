import { expect, test } from 'vitest';
import { brief, problemsOf } from '../testing/problems.ts';
import { canonicalReference, imageNameOf, matchesPattern, pinOf, repositoryOf } from './image-name.ts';

const HEX = 'a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b';

test.each([
  ['python', 'python:latest'],
  ['python:3', 'python:3'],
  ['docker.io/library/python:3', 'python:3'],
  ['docker.io/a/b:1', 'a/b:1'],
  ['index.docker.io/a/b', 'a/b:latest'],
  ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
  ['localhost:5000/a/b:1', 'localhost:5000/a/b:1'],
  [`a/b@sha256:${HEX}`, `a/b@sha256:${HEX}`],
  [`docker.io/a/b:1@sha256:${HEX}`, `a/b:1@sha256:${HEX}`],
  ['docker.iox/a', 'docker.iox/a:latest'],
])('%s is %s', (reference, canonical) => {
  expect(canonicalReference(reference)).toBe(canonical);
});

test.each([
  ['a/b:cuda', 'a/b'],
  ['localhost:5000/a/b:cuda', 'localhost:5000/a/b'],
])('the repository of %s is %s', (reference, repository) => {
  expect(repositoryOf(reference)).toBe(repository);
});

test.each([
  [`python@sha256:${HEX}`, `sha256:${HEX}`],
  [`localhost:5000/python:3@sha256:${HEX}`, `sha256:${HEX}`],
  [`root:sha256-${HEX}`, `sha256:${HEX}`],
  ['python:3.11', undefined],
  [`root:sha256-${HEX.slice(1)}`, undefined],
  [`registry.example/root:sha256-${HEX}`, undefined],
  [`owner/root:sha256-${HEX}`, undefined],
  [`python@sha256:${HEX}x`, undefined],
  [`sha256-${HEX}`, undefined],
  [`root:v-sha256-${HEX}`, undefined],
])('%s is pinned to %s', (reference, pin) => {
  expect(pinOf(reference)).toBe(pin);
});

test.each([
  ['o/app-{name}:{tag}', 'o/app-asr:cuda', true],
  ['o/app-{name}:{tag}', 'docker.io/o/app-asr:cuda', true],
  ['o/app-{name}:{tag}', 'o/app-asr', true],
  ['o/app-{name}:{tag}', 'o/apps:cuda', false],
  ['o/app-{name}:{tag}', 'p/o/app-asr:cuda', false],
  ['o/app-{name}:{tag}', `o/app-asr:cuda@sha256:${HEX}`, false],
  ['o.x/{name}:{tag}', 'oox/a:1', false],
  ['{name}:{tag}', 'python:3', true],
  ['{name}:{tag}', 'o/python:3', false],
])('of the family %s, %s: %s', (pattern, reference, expected) => {
  expect(matchesPattern(pattern, reference)).toBe(expected);
});

test.each<[what: string, pattern: string, dockerfile: string, name: string]>([
  ['the folder, and latest', 'o/{name}:{tag}', 'FROM a\n', 'o/asr:latest'],
  ['name and tag stated', 'o/{name}:{tag}', '# image: base-ml:cuda\nFROM a\n', 'o/base-ml:cuda'],
  ['the name stated alone', 'o/{name}:{tag}', '# image: base\nFROM a\n', 'o/base:latest'],
  ['stated after other comments', '{name}:{tag}', '# syntax=x\n\n# b\n#image:  c:d  \nFROM a\n', 'c:d'],
  ['stated with CRLF', '{name}:{tag}', '# image: c:d\r\nFROM a\r\n', 'c:d'],
  ['stated after a byte order mark', '{name}:{tag}', '\uFEFF# image: c:d\nFROM a\n', 'c:d'],
  ['not stated below the first instruction', '{name}:{tag}', 'FROM a\n# image: c:d\n', 'asr:latest'],
  ['a port in the pattern', 'h:5000/{name}:{tag}', '# image: c:d\n', 'h:5000/c:d'],
  ['a tag in capitals', '{name}:{tag}', '# image: c:CUDA-12.6_x\n', 'c:CUDA-12.6_x'],
])('%s', (_what, pattern, dockerfile, name) => {
  expect(imageNameOf(pattern, 'asr', dockerfile, 'images/asr/Dockerfile')).toBe(name);
});

test.each<[what: string, pattern: string, folder: string, dockerfile: string, line: number]>([
  ['a folder in capitals', '{name}:{tag}', 'ASR', 'FROM a', 1],
  ['a stated name in capitals', '{name}:{tag}', 'asr', '# x\n# image: ASR:cuda\n', 2],
  ['two tags', '{name}:{tag}', 'asr', '# image: asr:cuda:12\n', 1],
  ['a number and a tag', '{name}:{tag}', 'asr', '# image: asr:80:cuda\n', 1],
  ['a space', '{name}:{tag}', 'asr', '# image: asr cuda\n', 1],
  ['nothing stated', '{name}:{tag}', 'asr', '# image:\n', 1],
  ['an empty tag', '{name}:{tag}', 'asr', '# image: asr:\n', 1],
  ['a name that ends in a dash', '{name}:{tag}', 'asr', '# image: asr-:cuda\n', 1],
  ['a pattern without a tag', 'o/{name}', 'asr', 'FROM a', 1],
])('%s makes no name', (_what, pattern, folder, dockerfile, line) => {
  const problems = problemsOf(() => imageNameOf(pattern, folder, dockerfile, 'images/x/Dockerfile'));
  expect(problems.map(brief)).toEqual([`images/x/Dockerfile:${String(line)} image-name`]);
  expect(problems[0]?.mend).toContain('# image: NAME:TAG');
});
