import { expect, test } from 'vitest';
import { resolveOptions } from '../options.ts';
import { brief, problemsOf } from '../testing/problems.ts';
import { readSpec, type ImageSpec } from './spec.ts';

const read = (text: string, options: object = {}): ImageSpec =>
  readSpec(text, 'images/asr/Dockerfile', resolveOptions({ imageName: 'o/{name}:{tag}', ...options }, {}));

test('what a Dockerfile says by itself', () => {
  expect(read('# syntax=x/y:1\n# image: asr:cuda\nFROM a\n')).toMatchObject({
    name: 'asr',
    folder: 'images/asr',
    dockerfile: 'images/asr/Dockerfile',
    image: 'o/asr:cuda',
    frontend: 'x/y:1',
  });
  expect(read('FROM a').frontend).toBe('builtin');
});

test.each<[what: string, text: string, references: readonly string[]]>([
  ['bases of all stages that are needed', 'FROM a AS x\nFROM b\nCOPY --from=x / /', ['1 a', '2 b']],
  ['nothing of a stage that nobody needs', 'FROM a AS x\nCOPY --from=c / /\nFROM b', ['3 b']],
  [
    'what is copied and mounted from',
    'FROM a\nCOPY --from=b / /\nRUN --mount=from=c true',
    ['1 a', '2 b', '3 c'],
  ],
  ['each once, where it stands first', 'FROM a AS x\nFROM a\nCOPY --from=x / /\nCOPY --from=a / /', ['1 a']],
  ['no scratch', 'FROM scratch\nCOPY --from=a / /', ['2 a']],
  ['no mount of the context', 'FROM a\nRUN --mount=target=/x --mount=type=cache,target=/c true', ['1 a']],
  ['through arguments', 'ARG O=o\nARG B=${O}/b:1\nFROM ${B}', ['3 o/b:1']],
])('references: %s', (_what, text, references) => {
  expect(read(text).references.map(({ reference, line }) => `${String(line)} ${reference}`)).toEqual(
    references,
  );
});

test.each<[what: string, text: string, base: string | undefined]>([
  ['of the last stage', 'FROM a AS x\nFROM b', 'b'],
  ['through stages', 'FROM a AS x\nFROM x AS y\nFROM b AS z\nFROM y', 'a'],
  ['none on scratch', 'FROM scratch', undefined],
  ['none on a stage on scratch', 'FROM scratch AS x\nFROM x', undefined],
])('the base under the final stage: %s', (_what, text, base) => {
  expect(read(text).finalBase).toBe(base);
});

test.each<[what: string, text: string, secrets: readonly string[]]>([
  [
    'by id, or by target',
    'FROM a\nRUN --mount=type=secret,id=ca --mount=type=secret,target=/x/key true',
    ['ca', 'key'],
  ],
  ['of needed stages only', 'FROM a\nRUN --mount=type=secret,id=ca true\nFROM b', []],
  ['no cache', 'FROM a\nRUN --mount=type=cache,id=pip,target=/c true', []],
])('secrets: %s', (_what, text, secrets) => {
  expect(read(text).secrets).toEqual(secrets);
});

test('arguments: their values in effect, and the names that can be given', () => {
  const text =
    'ARG ROOT=r:1\nARG EMPTY\nFROM ${ROOT} AS x\nFROM b AS unused\nARG U=1\nFROM x\nARG V=${ROOT}-v\nARG ROOT';
  const given = read(text, { buildArgs: { ROOT: 'r:2', OTHER: 'no' } });
  expect(Object.fromEntries(given.args)).toEqual({ ROOT: 'r:2', '2.V': '-v', '2.ROOT': 'r:2' });
  expect(given.declaredArgs).toEqual(['ROOT', 'EMPTY', 'V']);
  expect(given.references.map(({ reference }) => reference)).toEqual(['r:2']);
  expect(Object.fromEntries(read(text).args)).toMatchObject({ ROOT: 'r:1' });
});

test.each<[what: string, copy: string, keepsMode: boolean]>([
  ['a copy from the build context', 'COPY a /', true],
  ['ADD', 'ADD a /', true],
  ['a copy from what may be a folder', 'COPY --from=shared src /', true],
  ['a file beside a heredoc', 'COPY <<E a /x/\nE', true],
  ['a file beside something fetched', 'ADD a https://example.org/b /', true],
  ['with a mode', 'COPY --link --chmod=0644 a /', false],
  ['from a stage', 'COPY --from=x a /', false],
  ['a heredoc alone: its text is the Dockerfile', 'COPY <<E <<"F" /x/\nE\nF', false],
  ['what is fetched', 'ADD https://example.org/a git@example.org:a.git#v1 /', false],
])('keeps the mode of a checkout: %s', (_what, copy, keepsMode) => {
  const lines = read(`FROM a AS x\nFROM b\n${copy}\n`).copiesWithoutMode.map(({ line }) => line);
  expect(lines).toEqual(keepsMode ? [3] : []);
});

test('of needed stages only, and says where from', () => {
  const { copiesWithoutMode } = read('FROM a\nCOPY a /\nFROM b\nCOPY b /\nCOPY --from=c / /\n');
  expect(copiesWithoutMode).toEqual([
    { reference: '', line: 4 },
    { reference: 'c', line: 5 },
  ]);
});

test.each([
  ['a Dockerfile that does not parse', 'FROM a\nFRUN b\n', 'images/asr/Dockerfile:2 unknown-instruction'],
  ['an image without a legal name', '# image: A:b\nFROM a\n', 'images/asr/Dockerfile:1 image-name'],
])('%s is refused', (_what, text, problem) => {
  expect(problemsOf(() => read(text)).map(brief)).toEqual([problem]);
});

test('what only the Python layer needs is needed too', () => {
  const { references, declaredArgs, secrets } = readSpec(
    'FROM o/app-x:y AS deps\nFROM scratch AS python\nARG V\nCOPY --from=lib --chmod=0644 a /\nRUN --mount=type=secret,id=s true\nFROM o/app-z:y\nCOPY --from=deps / /',
    'images/asr/Dockerfile',
    resolveOptions({ imageName: 'o/app-{name}:{tag}' }, {}),
  );
  expect(references.map(({ reference }) => reference)).toEqual(['o/app-x:y', 'lib', 'o/app-z:y']);
  expect(declaredArgs).toEqual(['V']);
  expect(secrets).toEqual(['s']);
});
