import { compileLocks, staleLocks, versionsFile } from '@cp-whisperx-app/versions';
import type { Problem } from '@cp-whisperx-app/problem';
import { FsTree } from 'nx/src/generators/tree';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { tempFolder, writeFiles } from '../../testing/folders.ts';
import sync from './generator.ts';

// What is stale and how a lock is compiled is tested where it is written, in libs/versions.
vi.mock('@cp-whisperx-app/versions', async (original) => ({
  ...(await original<object>()),
  staleLocks: vi.fn(() => []),
  compileLocks: vi.fn(),
}));
vi.mock('@nx/devkit', async (original) => {
  const project = (name: string): object => ({
    data: {
      root: `images/${name}`,
      targets: {
        'docker-build': {
          executor: '@cp-whisperx-app/nx-images:docker-build',
          options: { dockerfile: `images/${name}/Dockerfile` },
        },
      },
    },
  });
  const images = Object.fromEntries(['ml', 'cuda', 'base'].map((name) => [name, project(name)]));
  const nodes = { ...images, versions: { data: { root: 'libs/versions' } } };
  return { ...(await original<object>()), readCachedProjectGraph: () => ({ nodes }) };
});

const ROOT = `python:3@sha256:${'1'.repeat(64)}`;
const LOCK = 'images/ml/requirements.lock';
const STALE: Problem = {
  code: 'stale-lock',
  message: 'the lock of ml is stale',
  file: LOCK,
  mend: 'npx nx sync',
};

/** Runs the generator on base, cuda on it and ml on that, and says what it would change. */
async function run(
  root: string,
  others: Readonly<Record<string, string | undefined>> = {},
): Promise<{ message: string | undefined; changes: Record<string, string> }> {
  const folder = tempFolder();
  const files: typeof others = {
    'nx.json': JSON.stringify({
      plugins: [{ plugin: '@cp-whisperx-app/nx-images', options: { imageName: 'o/{name}:{tag}' } }],
    }),
    [versionsFile]: `# exclude-newer: 2025-11-20T00:00:00Z\n# debian-snapshot: 20251120T000000Z\n# root: ${ROOT}\n# builder: ${ROOT}\nuv==0.9.10\n`,
    'images/base/Dockerfile': `ARG ROOT=${root}\nFROM \${ROOT}\n`,
    'images/base/requirements.in': '',
    'images/cuda/Dockerfile': 'FROM o/base\n',
    'images/cuda/requirements.in': '',
    'images/ml/Dockerfile': 'FROM o/cuda\n',
    'images/ml/requirements.in': '',
    ...others,
  };
  writeFiles(
    folder,
    Object.fromEntries(
      Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [[path, text]])),
    ),
  );
  const tree = new FsTree(folder, false);
  const { outOfSyncMessage } = await sync(tree);
  const changes = tree.listChanges().map(({ path, content }) => [path, String(content)] as const);
  return { message: outOfSyncMessage, changes: Object.fromEntries(changes) };
}

afterEach(() => {
  vi.clearAllMocks();
});

const underCheck = (): void => {
  const { argv } = process;
  process.argv = [...argv, 'sync:check'];
  onTestFinished(() => {
    process.argv = argv;
  });
};

test('all is fresh: nothing is said, nothing is written', async () => {
  expect(await run(ROOT)).toEqual({ message: undefined, changes: {} });
});

const asks = (name: string): string => `images/${name}/requirements.in`;
test.each<[string, Record<string, string | undefined>, string[]]>([
  ['every image that asks for something', {}, ['base', 'cuda on base', 'ml on cuda']],
  [
    'an image that has a lock and no longer asks',
    { [asks('cuda')]: undefined, 'images/cuda/requirements.lock': '' },
    ['base', 'cuda on base', 'ml on cuda'],
  ],
  ['no base that has neither', { [asks('cuda')]: undefined }, ['base', 'ml on base']],
  ['no chain that has neither', { [asks('base')]: undefined, [asks('cuda')]: undefined }, ['ml']],
])('looked at: %s', async (_, others, expected) => {
  await run(ROOT, others);
  const images = vi.mocked(staleLocks).mock.lastCall?.[1] ?? [];
  expect(images.map(({ name, base }) => (base === undefined ? name : `${name} on ${base}`))).toEqual(
    expected,
  );
  expect(images.map(({ folder }) => folder)).toEqual(images.map(({ name }) => `images/${name}`));
});

test('a missing versions.txt is one problem', async () => {
  await expect(run(ROOT, { [versionsFile]: undefined })).rejects.toMatchObject({
    problems: [{ code: 'missing-versions', file: versionsFile, mend: `git checkout ${versionsFile}` }],
  });
});

test('a pin in a Dockerfile is brought up to date, whoever asks', async () => {
  const old = ROOT.replaceAll('1', '2');
  const changes = { 'images/base/Dockerfile': `ARG ROOT=${ROOT}\nFROM \${ROOT}\n` };
  const message = `images/base/Dockerfile: its ARG lines are not those of ${versionsFile}`;
  expect(await run(old)).toEqual({ message, changes });
  underCheck();
  expect(await run(old)).toEqual({ message, changes });
});

test('a stale lock is compiled', async () => {
  vi.mocked(staleLocks).mockReturnValueOnce([STALE]);
  vi.mocked(compileLocks).mockResolvedValueOnce(new Map([[LOCK, 'new lock']]));
  const { message, changes } = await run(ROOT);
  expect(changes).toEqual({ [LOCK]: 'new lock' });
  expect(message).toBe(`${LOCK}: the lock of ml is stale (stale-lock)\n  mend: npx nx sync`);
});

test.each([
  ['missing', undefined],
  ['emptied', ''],
  ['edited', 'numpy==2\n'],
])('a check names a lock that is %s, and compiles nothing', async (_, lock) => {
  underCheck();
  vi.mocked(staleLocks).mockReturnValueOnce([STALE]);
  const { message, changes } = await run(ROOT, { [LOCK]: lock });
  expect(Object.keys(changes)).toEqual([LOCK]);
  expect(message).toContain('the lock of ml is stale');
  expect(compileLocks).not.toHaveBeenCalled();
});
