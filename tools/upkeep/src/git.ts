import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Which of these files differ from the last commit; all of them where git can't tell. */
export async function uncommitted(root: string, paths: readonly string[]): Promise<readonly string[]> {
  try {
    const { stdout } = await git(root, ['status', '--porcelain', '-z', '--', ...paths]);
    return stdout
      .split('\0')
      .filter((entry) => entry !== '')
      .map((entry) => entry.slice(3));
  } catch {
    return paths;
  }
}

/** Commits these files, and nothing else that is changed. @throws ProblemError `not-committed` */
export async function commit(root: string, message: string, paths: readonly string[]): Promise<void> {
  try {
    await git(root, ['commit', '--quiet', '--message', message, '--', ...paths]);
  } catch (error) {
    throw new ProblemError({
      code: 'not-committed',
      message: `git does not commit: ${error instanceof Error ? error.message.trim() : String(error)}`,
      mend: `mend what git says, then ${commitCommand(message, paths)}`,
    });
  }
}

/** What a person types for `commit`. Pure. */
export const commitCommand = (message: string, paths: readonly string[]): string =>
  `git commit --message '${message}' -- ${paths.join(' ')}`;

/** What a person types to have the files as they were committed. Pure. */
export const undoCommand = (paths: readonly string[]): string => `git checkout -- ${paths.join(' ')}`;

const git = (cwd: string, args: readonly string[]): Promise<{ stdout: string }> =>
  promisify(execFile)('git', args, { cwd });
