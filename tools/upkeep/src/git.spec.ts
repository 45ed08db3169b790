import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { commit, commitCommand, uncommitted, undoCommand } from './git.ts';

let root: string;
const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const write = (name: string, text: string): void => {
  writeFileSync(join(root, name), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'git-'));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  git('init', '--quiet');
  git('config', 'user.name', 'test');
  git('config', 'user.email', 'test@localhost');
  for (const name of ['a', 'b', 'c']) write(name, 'old');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'first');
});

test('tells which files differ from the commit', async () => {
  write('b', 'new');
  write('c', 'new');
  expect(await uncommitted(root, ['a', 'b'])).toEqual(['b']);
});

test('outside of a repository all may differ', async () => {
  rmSync(join(root, '.git'), { recursive: true });
  expect(await uncommitted(root, ['a', 'b'])).toEqual(['a', 'b']);
});

// Fails where everything is committed, or what somebody has staged.
test('commits what is named, and nothing else that is changed or staged', async () => {
  for (const name of ['a', 'b', 'c']) write(name, 'new');
  git('add', 'c');
  await commit(root, 'torch 2.7.1 → 2.8.0', ['a']);
  expect(git('show', '--name-only', '--format=%s').trim()).toBe('torch 2.7.1 → 2.8.0\n\na');
  expect(await uncommitted(root, ['a', 'b', 'c'])).toEqual(['b', 'c']);
});

test('says what git says, and the command, where it does not commit', async () => {
  await expect(commit(root, 'nothing', ['a'])).rejects.toThrow(/not-committed[^]*mend: .*git commit/);
});

test('the commands that are told do what they say in a shell', () => {
  const shell = (command: string): string =>
    execFileSync('bash', ['-c', command], { cwd: root, encoding: 'utf8' });
  for (const name of ['a', 'b', 'c']) write(name, 'new');
  shell(commitCommand('torch 2.7.1 → 2.8.0', ['a']));
  expect(git('show', '--name-only', '--format=%s').trim()).toBe('torch 2.7.1 → 2.8.0\n\na');
  shell(undoCommand(['b', 'c']));
  expect(git('status', '--porcelain')).toBe('');
});
