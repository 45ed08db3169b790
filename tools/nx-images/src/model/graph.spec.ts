import { expect, test } from 'vitest';
import { resolveOptions } from '../options.ts';
import { brief, problemsOf } from '../testing/problems.ts';
import { chainOf, linkImages, type ImageGraph } from './graph.ts';
import { readSpec } from './spec.ts';

const HEX = '1'.repeat(64);
const ROOT = `python:3@sha256:${HEX}`;
const FOLDERS: Readonly<Record<string, string>> = { shared: 'libs/shared' };

/** Links Dockerfiles, by folder under images/ or by path. */
function link(dockerfiles: Readonly<Record<string, string>>, given: object = {}): ImageGraph {
  const options = resolveOptions({ imageName: 'o/app-{name}:{tag}', ...given }, {});
  const specs = Object.entries(dockerfiles).map(([folder, text]) =>
    readSpec(text, `${folder.includes('/') ? folder : `images/${folder}`}/Dockerfile`, options),
  );
  return linkImages(specs, { imageName: options.imageName, contextFolder: (name) => FOLDERS[name] });
}

const CHAIN = {
  asr: 'FROM o/app-ml:cuda\nCOPY --from=shared --chmod=0644 a /\nCOPY --from=o/app-tool / /',
  tool: `FROM ${ROOT}`,
  ml: '# image: ml:cuda\nFROM docker.io/o/app-base:cpu',
  base: `# image: base:cpu\nFROM ${ROOT} AS deps\nFROM root:sha256-${'2'.repeat(64)}\nCOPY --from=deps / /`,
};

test('bases, contexts and pins of each image', () => {
  const graph = link(CHAIN);
  const view = [...graph.values()].map(({ name, bases, contexts, externals, base }) => ({
    name,
    bases: Object.fromEntries(bases),
    contexts: Object.fromEntries(contexts),
    externals,
    base,
  }));
  expect(Object.fromEntries(view.map((image) => [image.name, image]))).toEqual({
    asr: {
      name: 'asr',
      bases: { 'o/app-ml:cuda': 'ml', 'o/app-tool': 'tool' },
      contexts: { shared: 'libs/shared' },
      externals: [],
      base: 'ml',
    },
    tool: { name: 'tool', bases: {}, contexts: {}, externals: [`sha256:${HEX}`], base: undefined },
    ml: {
      name: 'ml',
      bases: { 'docker.io/o/app-base:cpu': 'base' },
      contexts: {},
      externals: [],
      base: 'base',
    },
    base: {
      name: 'base',
      bases: {},
      contexts: {},
      externals: [`sha256:${HEX}`, `sha256:${'2'.repeat(64)}`],
      base: undefined,
    },
  });
});

test('every base stands before what is made from it, whatever the order of the folders', () => {
  const reversed = Object.fromEntries(Object.entries(CHAIN).reverse());
  for (const graph of [link(CHAIN), link(reversed)])
    expect([...graph.keys()]).toEqual(['base', 'ml', 'tool', 'asr']);
});

test.each([
  ['asr', ['ml', 'base']],
  ['ml', ['base']],
  ['base', []],
])('the chain under %s holds no image that files are copied from', (name, chain) => {
  expect(chainOf(link(CHAIN), name)).toEqual(chain);
});

test.each<[what: string, child: string, options: object, base: string | undefined]>([
  ['literally', 'FROM o/app-base:cpu', {}, 'base'],
  ['through arguments', 'ARG OWNER=o\nARG TAG\nFROM ${OWNER}/app-base:${TAG:-cpu}', {}, 'base'],
  ['through a given argument', 'ARG TAG\nFROM o/app-base:${TAG}', { buildArgs: { TAG: 'cpu' } }, 'base'],
  ['through a stage', 'FROM o/app-base:cpu AS b\nFROM b', {}, 'base'],
  ['with docker.io/', 'FROM docker.io/o/app-base:cpu', {}, 'base'],
  ['pinned, as any external image', `FROM o/app-base:cpu@sha256:${HEX}`, {}, undefined],
])('a base named %s', (_what, child, options, base) => {
  expect(link({ base: CHAIN.base, child }, options).get('child')?.base).toBe(base);
});

test('one root under two names is one pin', () => {
  const twice = `FROM mirror.test/p:1@sha256:${HEX} AS x\nFROM ${ROOT}\nCOPY --from=x / /`;
  expect(link({ a: twice }).get('a')?.externals).toEqual([`sha256:${HEX}`]);
});

test('a pinned image may look like one of the family', () => {
  const root = `root:sha256-${HEX}`;
  expect(link({ a: `FROM ${root}` }, { imageName: '{name}:{tag}' }).get('a')?.externals).toEqual([
    `sha256:${HEX}`,
  ]);
});

test.each<
  [what: string, files: Readonly<Record<string, string>>, problem: string, message: RegExp, mend: RegExp]
>([
  [
    'an internal base that is not there',
    { ...CHAIN, x: `FROM ${ROOT} AS y\nFROM o/app-bass:cpu` },
    'images/x/Dockerfile:2 unknown-base',
    /o\/app-bass:cpu/,
    /o\/app-base:cpu, o\/app-ml:cuda/,
  ],
  [
    'an internal base with another tag',
    { ...CHAIN, x: 'FROM o/app-base:cuda' },
    'images/x/Dockerfile:1 unknown-base',
    /o\/app-base:cuda/,
    /o\/app-base:cpu/,
  ],
  [
    'an external base without digest',
    { x: 'FROM scratch\nCOPY --from=python:3 / /' },
    'images/x/Dockerfile:2 base-without-digest',
    /^python:3 /,
    /imagetools inspect python:3/,
  ],
  [
    'two images of one name',
    { a: `# image: x:1\nFROM ${ROOT}`, b: `# image: x:1\nFROM ${ROOT}` },
    'images/b/Dockerfile:1 duplicate-image-name',
    /^b and a \(images\/a\/Dockerfile\) would both be o\/app-x:1$/,
    /# image: NAME:TAG/,
  ],
  [
    'two folders of one name',
    { 'images/a': `FROM ${ROOT}`, 'more/a': `# image: b:1\nFROM ${ROOT}` },
    'more/a/Dockerfile:1 duplicate-image-name',
    /images\/a\/Dockerfile would both be the project a/,
    /rename/,
  ],
  [
    'a cycle',
    { a: `FROM o/app-b`, b: `FROM ${ROOT}\nCOPY --from=o/app-c / /`, c: 'FROM o/app-a', d: 'FROM o/app-a' },
    'images/a/Dockerfile:1 cycle',
    /a → b → c → a$/,
    /outside the circle/,
  ],
  [
    'an image on itself',
    { a: `FROM ${ROOT}\nCOPY --from=o/app-a / /` },
    'images/a/Dockerfile:2 cycle',
    /a → a$/,
    /outside the circle/,
  ],
])('%s is refused', (_what, files, problem, message, mend) => {
  const problems = problemsOf(() => link(files));
  expect(problems.map(brief)).toEqual([problem]);
  expect(problems[0]?.message).toMatch(message);
  expect(problems[0]?.mend).toMatch(mend);
});

test('all problems are told at once', () => {
  const problems = problemsOf(() =>
    link({ a: 'FROM python:3\nCOPY --from=o/app-none / /', b: `# image: a\nFROM o/app-a` }),
  );
  expect(problems.map(brief)).toEqual([
    'images/b/Dockerfile:1 duplicate-image-name',
    'images/a/Dockerfile:1 base-without-digest',
    'images/a/Dockerfile:2 unknown-base',
  ]);
});
