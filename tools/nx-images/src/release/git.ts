import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RELEASES } from './files.ts';

/** A commit, and what names it. */
export interface Commit {
  readonly commit: string;
  readonly names: readonly string[];
}

/** The commit that is checked out, and whether files differ from it; new releases are no difference. @throws ProblemError `no-git` */
export async function headOf(root: string): Promise<{ readonly revision: string; readonly dirty: boolean }> {
  const revision = await git(root, ['rev-parse', '--verify', 'HEAD^{commit}']);
  const changes = await git(root, ['status', '--porcelain', '--', '.', `:(exclude)${RELEASES}`]);
  return { revision, dirty: changes !== '' };
}

/**
 * The commits of branches, and what is checked out in any worktree of the repository, each once.
 * @param refs undefined: all local branches, and all that are known of remotes
 * @throws ProblemError `no-git`, `git-incomplete` where git can't know all branches, `no-such-branch`
 */
export async function commitsOf(
  root: string,
  refs: readonly string[] | undefined,
): Promise<readonly Commit[]> {
  await checkDepth(root);
  if (refs === undefined) await checkRemotes(root);
  const named =
    refs === undefined ? await branches(root) : await Promise.all(refs.map((ref) => resolve(root, ref)));
  const commits = new Map<string, string[]>();
  for (const [commit, name] of named) commits.set(commit, [...(commits.get(commit) ?? []), name]);
  for (const [commit, name] of await heads(root)) if (!commits.has(commit)) commits.set(commit, [name]);
  return [...commits].map(([commit, names]) => ({ commit, names }));
}

/**
 * Puts the files of a commit into a folder, as a checkout of it has them.
 * @returns the folder that `root` has in it
 */
export async function checkOut(root: string, commit: string, folder: string): Promise<string> {
  const below = await git(root, ['rev-parse', '--show-prefix']);
  const top = await git(root, ['rev-parse', '--show-toplevel']);
  const index = join(folder, '.index');
  const env = { GIT_INDEX_FILE: index };
  await git(top, ['read-tree', commit], env);
  await git(top, ['checkout-index', '--all', '--quiet', `--prefix=${folder}/`], env);
  await rm(index, { force: true });
  return join(folder, below);
}

const incomplete = (message: string, mend: string): ProblemError =>
  new ProblemError({ code: 'git-incomplete', message, mend });

async function checkDepth(root: string): Promise<void> {
  if ((await git(root, ['rev-parse', '--is-shallow-repository'])) === 'true')
    throw incomplete(
      'this clone is shallow: it does not have all branches, so what they need is not known',
      'git fetch --unshallow (in a pipeline: check out with the whole history)',
    );
}

async function checkRemotes(root: string): Promise<void> {
  for (const remote of (await git(root, ['remote'])).split('\n').filter((name) => name !== '')) {
    const fetched = await git(root, ['config', '--get-all', `remote.${remote}.fetch`]).catch(() => '');
    if (!fetched.includes('refs/heads/*:'))
      throw incomplete(
        `this clone does not fetch all branches of ${remote}, so what they need is not known`,
        `git remote set-branches ${remote} '*' && git fetch ${remote}; or name all branches: --branches=…`,
      );
  }
}

async function branches(root: string): Promise<readonly (readonly [commit: string, name: string])[]> {
  const format = '%(objectname) %(symref) %(refname:short)';
  const lines = await git(root, ['for-each-ref', `--format=${format}`, 'refs/heads', 'refs/remotes']);
  return (
    lines
      .split('\n')
      .map((line) => line.split(' '))
      // A remote's HEAD only points at one of the others.
      .flatMap(([commit = '', symref, name = '']) =>
        commit !== '' && symref === '' ? [[commit, name] as const] : [],
      )
  );
}

/** Source: git-worktree(1), "Porcelain Format". */
async function heads(root: string): Promise<readonly (readonly [commit: string, name: string])[]> {
  const text = await git(root, ['worktree', 'list', '--porcelain']);
  return text.split('\n\n').flatMap((entry) => {
    const [, path = ''] = /^worktree (.*)$/m.exec(entry) ?? [];
    const [, commit] = /^HEAD ([0-9a-f]+)$/m.exec(entry) ?? [];
    // Zeros: nothing is committed there yet.
    return commit === undefined || /^0+$/.test(commit) ? [] : [[commit, `HEAD of ${path}`] as const];
  });
}

async function resolve(root: string, ref: string): Promise<readonly [commit: string, name: string]> {
  try {
    return [
      await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]),
      ref,
    ];
  } catch {
    throw new ProblemError({
      code: 'no-such-branch',
      message: `git knows no branch, tag or commit "${ref}"`,
      mend: 'git branch --all tells the branches; git fetch --all brings them',
    });
  }
}

/** Standard output of git, without the last newline. @throws ProblemError `no-git` */
function git(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((done, fail) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...env } };
    execFile('git', args, options, (error, stdout, stderr) => {
      if (error === null) {
        done(stdout.trimEnd());
        return;
      }
      const said = (stderr || error.message).trim().split('\n')[0] ?? '';
      fail(
        new ProblemError({
          code: 'no-git',
          message: `git does not tell about these sources: ${said}`,
          mend: 'run it in a git clone of the workspace, with git on PATH; see: git status',
        }),
      );
    });
  });
}
