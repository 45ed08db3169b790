import { expect, test } from 'vitest';
import { resolveOptions, type ImagesOptions } from './options.ts';
import { brief, problemsOf } from './testing/problems.ts';

const DEFAULTS = {
  dockerfiles: 'images/*/Dockerfile',
  imageName: '{name}:{tag}',
  contexts: 'libs/{context}',
  platform: 'linux/amd64',
  buildArgs: {},
  secrets: {},
  registry: '',
  publish: false,
};

test.each<[what: string, nxJson: unknown, env: Record<string, string>, expected: Partial<ImagesOptions>]>([
  ['nothing is said', undefined, {}, {}],
  ['nx.json over a default', { imageName: 'a/{name}:{tag}' }, {}, { imageName: 'a/{name}:{tag}' }],
  ['environment over nx.json', { platform: 'a/b' }, { NX_IMAGES_PLATFORM: 'c/d' }, { platform: 'c/d' }],
  ['every plain option has a variable: glob', {}, { NX_IMAGES_DOCKERFILES: '*/D' }, { dockerfiles: '*/D' }],
  [
    'every plain option has a variable: names',
    {},
    { NX_IMAGES_IMAGE_NAME: '{name}:n' },
    { imageName: '{name}:n' },
  ],
  ['every plain option has a variable: contexts', {}, { NX_IMAGES_CONTEXTS: 'c' }, { contexts: 'c' }],
  ['an empty variable is none', { platform: 'a/b' }, { NX_IMAGES_PLATFORM: '' }, { platform: 'a/b' }],
  [
    'arguments are merged by name, in the case they have',
    { buildArgs: { ROOT: 'nx', Other: 'nx' } },
    { NX_IMAGES_ARG_ROOT: 'env', NX_IMAGES_ARG_new: 'env', NX_IMAGES_ARG_Other: '' },
    { buildArgs: { ROOT: 'env', Other: 'nx', new: 'env' } },
  ],
  [
    'secrets are merged by id, in lower case',
    { secrets: { index: '/nx', token: '/nx' } },
    { NX_IMAGES_SECRET_TOKEN: '/env', NX_IMAGES_SECRET_HF_KEY: '/env' },
    { secrets: { index: '/nx', token: '/env', hf_key: '/env' } },
  ],
  ["the machine's CA bundle is the secret ca", {}, { SSL_CERT_FILE: '/ssl' }, { secrets: { ca: '/ssl' } }],
  [
    'ca of nx.json over that of the machine',
    { secrets: { ca: '/nx' } },
    { SSL_CERT_FILE: '/ssl' },
    { secrets: { ca: '/nx' } },
  ],
  [
    'ca by its own variable over all',
    { secrets: { ca: '/nx' } },
    { SSL_CERT_FILE: '/ssl', NX_IMAGES_SECRET_CA: '/own' },
    { secrets: { ca: '/own' } },
  ],
  ['a registry', { registry: 'nx.example' }, {}, { registry: 'nx.example' }],
  ['another registry', { registry: 'nx.example' }, { NX_IMAGES_REGISTRY: 'e/t' }, { registry: 'e/t' }],
  ['several registries', { registry: ' a/b ,, c, ' }, {}, { registry: 'a/b,c' }],
  ['no registry after all', { registry: 'nx' }, { NX_IMAGES_REGISTRY: 'none' }, { registry: '' }],
  ['publishing', { registry: 'nx' }, { NX_IMAGES_PUBLISH: 'true' }, { registry: 'nx', publish: true }],
  ['not publishing', { registry: 'nx' }, { NX_IMAGES_PUBLISH: 'false' }, { registry: 'nx' }],
  ['a registry that is down', { registry: 'nx' }, { NX_IMAGES_REGISTRY_DOWN: 'why' }, { registry: '' }],
  [
    'a registry that is down is no excuse for not publishing',
    { registry: 'nx' },
    { NX_IMAGES_REGISTRY_DOWN: 'why', NX_IMAGES_PUBLISH: '1' },
    { registry: 'nx', publish: true },
  ],
])('%s', (_what, nxJson, env, expected) => {
  expect(resolveOptions(nxJson, env)).toEqual({ ...DEFAULTS, ...expected });
});

test('a list of no registry is none', () => {
  const env = { NX_IMAGES_PUBLISH: 'true', NX_IMAGES_REGISTRY: ' , ' };
  expect(problemsOf(() => resolveOptions({}, env)).map(({ code }) => code)).toEqual(['plugin-options']);
});

test.each([
  ['true', 'NX_IMAGES_PUBLISH: there is no registry to publish to'],
  ['yes', 'NX_IMAGES_PUBLISH: "yes" is neither true nor false'],
])('publishing %s with no registry is refused', (publish, message) => {
  const problems = problemsOf(() => resolveOptions({}, { NX_IMAGES_PUBLISH: publish }));
  expect(problems.map((problem) => problem.message)).toEqual([message]);
});

test.each<[nxJson: unknown, message: string]>([
  [{ imageNames: 'x' }, 'nx-images has no option "imageNames"'],
  [{ imageName: 'o/app:cpu' }, 'imageName "o/app:cpu" has no {name}'],
  [{ toString: 'x' }, 'nx-images has no option "toString"'],
  [{ platform: ['linux/amd64'] }, 'option "platform" is not a string'],
  [{ publish: 'true' }, 'nx-images has no option "publish"'],
  [{ platform: null }, 'option "platform" is not a string'],
  [{ buildArgs: { A: 1 } }, 'option "buildArgs" is not an object of strings'],
  [{ buildArgs: ['A=1'] }, 'option "buildArgs" is not an object of strings'],
  [{ secrets: 'ca=/x' }, 'option "secrets" is not an object of strings'],
  ['linux/amd64', 'the options are not an object'],
  [[], 'the options are not an object'],
])('%j is refused', (nxJson, message) => {
  const problems = problemsOf(() => resolveOptions(nxJson, {}));
  expect(problems.map(brief)).toEqual(['nx.json: plugin-options']);
  expect(problems[0]?.message).toBe(message);
  expect(problems[0]?.mend).toContain(
    'dockerfiles, imageName, contexts, platform, buildArgs, secrets, registry',
  );
});
