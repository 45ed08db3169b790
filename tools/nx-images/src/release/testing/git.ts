import { execFileSync } from 'node:child_process';
import { tempFolder, writeFiles } from '../../testing/folders.ts';

/** Runs git. @returns its output */
export const git = (root: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** A repository with one commit on the branch `main`, that is gone after the test. */
export function repository(files: Readonly<Record<string, string>> = { 'app/a': '1' }): string {
  const root = tempFolder();
  git(root, 'init', '--quiet', '--initial-branch=main');
  commit(root, files);
  return root;
}

/** Commits files, by path. */
export function commit(root: string, files: Readonly<Record<string, string>>): void {
  writeFiles(root, files);
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--message=x');
}
