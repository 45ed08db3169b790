import { ProblemError } from '@cp-whisperx-app/problem';
import { existsSync, linkSync, readFileSync, renameSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { withDraft } from '../write-whole.ts';
import { parseRelease } from './parse.ts';
import { releaseText, sameRelease, type Release } from './release.ts';

/** Folder of the workspace that keeps its releases, one file each. */
export const RELEASES = 'releases';

/**
 * Reads a release.
 * @param root absolute path that `file` may be relative to
 * @throws ProblemError `no-release-file`, and as `parseRelease`
 */
export function readRelease(root: string, file: string): Release {
  return parseRelease(readText(resolve(root, file), file), file);
}

/** Bytes of a plain file, or of what a link leads to if it is one; undefined for anything else, which may not end when it is read. */
export function plainSize(path: string): number | undefined {
  try {
    const found = statSync(path);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}

function readText(path: string, file: string): string {
  const noRelease = (why: string): ProblemError =>
    new ProblemError({
      code: 'no-release-file',
      message: `there is no release to read here (${why})`,
      file,
      mend: 'name the file of a release; to write one: npx nx run images:release',
    });
  if (existsSync(path) && plainSize(path) === undefined) throw noRelease('it is no plain file');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw noRelease(code ?? syscall);
  }
}

/**
 * Writes a release, whole or not at all, and never over another one. The same one is there as it was written first.
 * @returns whether it was written
 * @throws ProblemError `release-exists`
 */
export function writeRelease(root: string, file: string, release: Release): boolean {
  const path = resolve(root, file);
  if (withDraft(path, releaseText(release), (draft) => place(draft, path))) return true;
  if (holds(root, file, release)) return false;
  throw new ProblemError({
    code: 'release-exists',
    message: 'there is another release in this file, and a release does not change',
    file,
    mend: 'choose another --name or --output, or delete the file if nobody uses it',
  });
}

/**
 * What `work` gives, with a problem in the place of the error of a file that can't be written.
 * @param file for messages
 * @throws ProblemError `not-written`
 */
export async function writing<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (
      !/^(EACCES|EPERM|EROFS|ENOSPC|EDQUOT|EFBIG|ENOENT|ENOTDIR|ENOTEMPTY|EISDIR|EEXIST|ELOOP|ENAMETOOLONG)$/.test(
        code,
      )
    )
      throw error;
    throw new ProblemError({
      code: 'not-written',
      message: `it can't be written: ${message}`,
      file,
      mend: 'give --output a place that can be written to and has room',
    });
  }
}

/** Gives a file its path where there is none. False where there is one. */
function place(draft: string, path: string): boolean {
  try {
    // Unlike a rename it fails where there is a file.
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(path)) return false;
    // Not every file system has links.
    renameSync(draft, path);
    return true;
  }
}

function holds(root: string, file: string, release: Release): boolean {
  try {
    return sameRelease(readRelease(root, file), release);
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}
