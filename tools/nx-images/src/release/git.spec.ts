import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { brief, problemsOfPromise } from '../testing/problems.ts';
import { branchNeeds } from './branches.ts';
import { checkOut, commitsOf, headOf } from './git.ts';
import { commit, git, repository } from './testing/git.ts';

test('the commit, and whether files differ from it: new releases do not count', async () => {
  const root = repository();
  const revision = git(root, 'rev-parse', 'HEAD');
  writeFiles(root, { 'releases/v1.json': '{}' });
  expect(await headOf(root)).toEqual({ revision, dirty: false });
  writeFiles(root, { 'app/b': '' });
  expect(await headOf(root)).toEqual({ revision, dirty: true });
});

test('all branches, a commit once, remote ones too', async () => {
  const origin = repository();
  git(origin, 'branch', 'same');
  git(origin, 'checkout', '--quiet', '-b', 'next');
  commit(origin, { 'app/a': '2' });
  const root = join(tempFolder(), 'clone');
  git('/', 'clone', '--quiet', '--branch=main', origin, root);
  const commits = await commitsOf(root, undefined);
  expect(commits.map(({ names }) => [...names].sort()).sort()).toEqual([
    ['main', 'origin/main', 'origin/same'],
    ['origin/next'],
  ]);
  expect((await commitsOf(root, ['origin/next'])).map(({ names }) => names)).toEqual([
    ['origin/next'],
    [`HEAD of ${root}`],
  ]);
  const folder = await checkOut(join(root, 'app'), 'origin/next', tempFolder());
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('2');
  expect(git(root, 'status', '--porcelain')).toBe('');
});

test('what is checked out counts, in other worktrees too', async () => {
  const root = repository();
  expect((await commitsOf(root, undefined)).map(({ names }) => names)).toEqual([['main']]);
  const other = join(tempFolder(), 'other');
  git(root, 'worktree', 'add', '--quiet', '--detach', other);
  commit(other, { 'app/a': '2' });
  git(root, 'checkout', '--quiet', '--detach');
  commit(root, { 'app/a': '3' });
  writeFiles(root, { 'app/a': '4' });
  for (const refs of [undefined, ['main']])
    expect((await commitsOf(root, refs)).map(({ names }) => names)).toEqual([
      ['main'],
      [`HEAD of ${root}`],
      [`HEAD of ${other}`],
    ]);
});

test.each<
  [what: string, make: (origin: string) => string, refs: readonly string[] | undefined, code: string]
>([
  ['no clone', () => tempFolder(), undefined, 'no-git'],
  ['a shallow clone', (origin) => clone(origin, '--depth=1'), undefined, 'git-incomplete'],
  ['a shallow clone, branches named', (origin) => clone(origin, '--depth=1'), ['HEAD'], 'git-incomplete'],
  ['a clone of one branch', (origin) => clone(origin, '--single-branch'), undefined, 'git-incomplete'],
  ['no such branch', (origin) => origin, ['nowhere'], 'no-such-branch'],
  ['an option in the place of a branch', (origin) => origin, ['--all'], 'no-such-branch'],
])('%s is a problem', async (_what, make, refs, code) => {
  const origin = repository();
  commit(origin, { 'app/a': '2' });
  expect((await problemsOfPromise(commitsOf(make(origin), refs))).map(brief)).toEqual([`: ${code}`]);
});

function clone(origin: string, ...options: readonly string[]): string {
  const root = join(tempFolder(), 'clone');
  git('/', 'clone', '--quiet', ...options, `file://${origin}`, root);
  return root;
}

const NX_JSON =
  '{"plugins": [{"plugin": "@cp-whisperx-app/nx-images", "options": {"imageName": "o/{name}:{tag}"}}]}';
const FROM = `FROM x@sha256:${'a'.repeat(64)}\n`;

test('what branches need, and which can not be read', async () => {
  const root = repository({ 'nx.json': NX_JSON, 'images/a/Dockerfile': FROM });
  const branch = (name: string, files: Readonly<Record<string, string>>): void => {
    git(root, 'checkout', '--quiet', '-b', name, 'main');
    commit(root, files);
  };
  branch('more', { 'images/b/Dockerfile': FROM });
  branch('broken', { 'images/a/Dockerfile': 'FROM o/none:latest\n' });
  branch('other-plugin', { 'nx.json': '{"plugins": ["./tools/nx-images"]}' });
  branch('no-json', { 'nx.json': 'nx-images {' });
  branch('bad-release', { 'releases/v1.json': '{' });
  branch('without', { 'nx.json': '{}' });
  const { sources, unreadable } = await branchNeeds(root, undefined);
  expect(sources.map(({ name, tags }) => [name, tags.length])).toEqual([
    ['main', 1],
    ['more', 2],
  ]);
  expect(unreadable.map(({ name }) => name)).toEqual(['bad-release', 'broken', 'no-json', 'other-plugin']);
  expect(existsSync(join(root, 'images/b'))).toBe(false);
});

test.each<[what: string, files: Readonly<Record<string, string>>, nothing: boolean]>([
  ['cut off', { 'nx.json': '{"plugins": ["./a"]' }, false],
  ['empty', { 'nx.json': '' }, false],
  ['no object', { 'nx.json': '[]' }, false],
  ['null', { 'nx.json': 'null' }, false],
  ['with plugins that are no list', { 'nx.json': '{"plugins": {"a": 1}}' }, false],
  ['with a plugin without a name', { 'nx.json': '{"plugins": [{"options": {}}]}' }, false],
  ['with the name in another spelling', { 'nx.json': '{"plugins": ["./tools/nx\\u002dimages"]}' }, false],
  ['elsewhere', { 'below/nx.json': '{}' }, false],
  ['not there', { a: '' }, true],
  ['without this plugin', { 'nx.json': '{"plugins": [{"plugin": "@nx/js"}, "./a"]}' }, true],
  ['with a comment', { 'nx.json': '{\n  // x\n  "plugins": []\n}' }, true],
])('a branch whose nx.json is %s', async (_what, files, nothing) => {
  const { sources, unreadable } = await branchNeeds(repository(files), undefined);
  expect(sources).toEqual([]);
  expect(unreadable.map(({ name }) => name)).toEqual(nothing ? [] : ['main']);
});

test('a branch whose nx.json is a link that leads nowhere is not readable', async () => {
  const root = repository();
  symlinkSync('nowhere', join(root, 'nx.json'));
  commit(root, {});
  expect((await branchNeeds(root, undefined)).unreadable).toHaveLength(1);
});
