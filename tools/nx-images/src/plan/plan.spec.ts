import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tempFolder } from '../testing/folders.ts';
import { brief, problemsOf } from '../testing/problems.ts';
import { keysOf, NAMES, planSources, SOURCES, writeSources } from '../testing/sources.ts';
import type { BuildPlan } from './plan.ts';

const ALL = 'asr base demux ml vad';
const ROOT = `python:3@sha256:${'1'.repeat(64)}`;
const edited = (path: string): Record<string, string> => ({ [path]: `${SOURCES[path] ?? ''}# edited\n` });

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: object;
  readonly env?: Readonly<Record<string, string>>;
}

test.each<[what: string, moved: string, change: Change]>([
  ['nothing', '', {}],
  ['a script', 'asr', { files: edited('images/asr/asr.py') }],
  ['a lock', 'vad', { files: edited('images/vad/requirements.lock') }],
  ['shared code', 'asr demux vad', { files: edited('libs/shared/src/a.py') }],
  ['a new file of shared code', 'asr demux vad', { files: { 'libs/shared/src/b.py': '' } }],
  ["a leaf's Dockerfile", 'demux', { files: edited('images/demux/Dockerfile') }],
  ["the lowest base's Dockerfile", ALL, { files: edited('images/base/Dockerfile') }],
  ["a middle base's Dockerfile", 'asr ml vad', { files: edited('images/ml/Dockerfile') }],
  ["a base's file", 'asr ml vad', { files: edited('images/ml/weights') }],
  ['a README', '', { files: edited('images/asr/README.md') }],
  ['a test', '', { files: edited('images/asr/tests/test_it.py') }],
  ['a new test', '', { files: { 'images/base/tests/test_more.py': '' } }],
  ["a library's README", '', { files: edited('libs/shared/README.md') }],
  ['requirements.in, without its lock', '', { files: { 'images/asr/requirements.in': 'a' } }],
  ['.dockerignore, and nothing by it', '', { files: edited('images/asr/.dockerignore') }],
  ['the same root named', '', { env: { NX_IMAGES_ARG_ROOT: ROOT } }],
  [
    'the same root of a mirror',
    '',
    { env: { NX_IMAGES_ARG_ROOT: `mirror.test/p:x@sha256:${'1'.repeat(64)}` } },
  ],
  ['the same root made here', '', { env: { NX_IMAGES_ARG_ROOT: `root:sha256-${'1'.repeat(64)}` } }],
  ['another root', ALL, { env: { NX_IMAGES_ARG_ROOT: `python:3@sha256:${'2'.repeat(64)}` } }],
  ['a snapshot mirror', ALL, { env: { NX_IMAGES_ARG_SNAPSHOT_MIRROR: 'http://a.test' } }],
  ['an argument that nobody declares', '', { env: { NX_IMAGES_ARG_OTHER: 'x' } }],
  ['a secret', '', { env: { NX_IMAGES_SECRET_CA: '/x' } }],
  ['the platform', ALL, { env: { NX_IMAGES_PLATFORM: 'linux/arm64' } }],
  ['the frontend', 'asr', { files: { 'images/asr/Dockerfile': frontend('docker/dockerfile:1.9') } }],
  ['a label', 'asr demux ml vad', { options: { imageName: 'docker.io/o/app-{name}:{tag}' } }],
])('%s moves the keys of: %s', (_what, moved, { files = {}, options, env }) => {
  const [before, after] = [tempFolder(), tempFolder()];
  writeSources(before);
  writeSources(after, files);
  const [old, now] = [keysOf(planSources(before)), keysOf(planSources(after, options, env))];
  expect(NAMES.filter((name) => old[name] !== now[name]).join(' ')).toBe(moved);
});

function frontend(image: string): string {
  return (SOURCES['images/asr/Dockerfile'] ?? '').replace('docker/dockerfile:1', image);
}

test('which snapshot mirror is set does not enter, only that one is', () => {
  const root = tempFolder();
  writeSources(root);
  const keys = ['http://a.test', 'http://b.test'].map((mirror) =>
    keysOf(planSources(root, {}, { NX_IMAGES_ARG_SNAPSHOT_MIRROR: mirror })),
  );
  expect(keys[0]).toEqual(keys[1]);
});

test('the frontend enters by name too, not only by the text of the Dockerfile', () => {
  const root = tempFolder();
  writeSources(root);
  const plans = planSources(root);
  expect([plans.get('asr')?.inputs.frontend, plans.get('vad')?.inputs.frontend]).toEqual([
    'docker/dockerfile:1',
    'builtin',
  ]);
});

const family = (options: object = {}, env: Record<string, string> = {}): ReadonlyMap<string, BuildPlan> => {
  const root = tempFolder();
  writeSources(root);
  return planSources(root, options, env);
};

test('bases are named by project, folders by path', () => {
  const plans = family();
  const [asr, ml] = [plans.get('asr'), plans.get('ml')];
  expect(ml?.keyed).toBe(`o/app-ml:key-${ml?.key.slice(0, 12) ?? ''}`);
  expect(asr).toMatchObject({
    image: 'o/app-asr:latest',
    dockerfile: 'images/asr/Dockerfile',
    context: 'images/asr',
    base: 'ml',
    bases: { 'o/app-ml:cuda': 'ml' },
    folders: { shared: 'libs/shared' },
    labels: { 'org.opencontainers.image.base.name': 'o/app-ml:cuda', 'io.github.nx-images.key': asr?.key },
  });
  expect(plans.get('base')?.labels).toEqual({ 'io.github.nx-images.key': plans.get('base')?.key });
});

test('the key of an image holds the keys of its bases, not its own label', () => {
  const plans = family();
  expect(plans.get('asr')?.inputs.bases).toEqual({ ml: plans.get('ml')?.key });
  expect(plans.get('base')?.inputs.externals).toEqual([`sha256:${'1'.repeat(64)}`]);
  expect(Object.keys(plans.get('asr')?.inputs.labels ?? {})).toEqual(['org.opencontainers.image.base.name']);
  expect(Object.keys(plans.get('asr')?.inputs.files['shared'] ?? {})).toEqual(['src/a.py']);
});

test('an image gets the arguments that it declares and the secrets that it mounts, no others', () => {
  const plans = family(
    { secrets: { ca: '/ca', token: '/token' } },
    { NX_IMAGES_ARG_SNAPSHOT_MIRROR: 'http://a.test', NX_IMAGES_ARG_OTHER: 'x' },
  );
  expect([...plans.values()].map(({ name, buildArgs, secrets }) => ({ name, buildArgs, secrets }))).toEqual([
    { name: 'base', buildArgs: { SNAPSHOT_MIRROR: 'http://a.test' }, secrets: { ca: '/ca' } },
    { name: 'ml', buildArgs: {}, secrets: {} },
    { name: 'asr', buildArgs: {}, secrets: { ca: '/ca' } },
    { name: 'demux', buildArgs: {}, secrets: { ca: '/ca' } },
    { name: 'vad', buildArgs: {}, secrets: { ca: '/ca' } },
  ]);
});

test.each<[what: string, files: Readonly<Record<string, string>>, problems: readonly string[]]>([
  [
    'a README in a build context',
    { 'images/asr/.dockerignore': '*\n!*.md' },
    ['images/asr/.dockerignore: context-file-not-hashed'],
  ],
  [
    'tests in a build context',
    { 'images/asr/.dockerignore': 'README.md' },
    ['images/asr/.dockerignore: context-file-not-hashed'],
  ],
  [
    "a library's README in a context, told once",
    { 'libs/shared/.dockerignore': '' },
    ['libs/shared/.dockerignore: context-file-not-hashed'],
  ],
  [
    'a copy that keeps the mode of a checkout',
    {
      'images/ml/Dockerfile':
        '# image: ml:cuda\nFROM o/app-base:cpu\nCOPY weights /\nCOPY --from=shared src /\n',
    },
    ['images/ml/Dockerfile:3 copy-without-chmod', 'images/ml/Dockerfile:4 copy-without-chmod'],
  ],
  [
    'a copy from an image keeps what the image has',
    {
      'images/vad/Dockerfile': `FROM o/app-ml:cuda\nCOPY --from=${ROOT} /a /\nCOPY --from=o/app-base:cpu /a /\n`,
    },
    [],
  ],
])('%s', (_what, files, problems) => {
  const root = tempFolder();
  writeSources(root, files);
  const found = problemsOf(() => planSources(root));
  expect(found.map(brief)).toEqual(problems);
});

test.each([
  ['with the .gitattributes of this project', true],
  ['without, so that this test can fail', false],
])('keys are the same in a checkout with CRLF and another umask: %s', (_what, withAttributes) => {
  const [origin, clone] = [tempFolder(), tempFolder()];
  writeSources(origin, withAttributes ? { '.gitattributes': readFileSync('.gitattributes', 'utf8') } : {});
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=e', ...args], { cwd: origin, stdio: 'pipe' });
  };
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message=m');
  const umask = process.umask(0o077);
  try {
    git('clone', '--quiet', '--config=core.autocrlf=true', '.', clone);
  } finally {
    process.umask(umask);
  }
  const same = JSON.stringify(keysOf(planSources(clone))) === JSON.stringify(keysOf(planSources(origin)));
  expect(same).toBe(withAttributes);
});
