import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '@cp-whisperx-app/problem';
import { readVersions, versionsFile } from './versions.ts';
import type { Versions } from './versions.ts';

/** Text of a file by its path from the workspace root, with LF; undefined where there is none. */
export type Read = (path: string) => string | undefined;

/** Reads under a workspace root; `texts` by path stand before the files. */
export function readUnder(root: string, texts?: ReadonlyMap<string, string>): Read {
  return (path) => {
    try {
      return texts?.get(path) ?? readFileSync(join(root, path), 'utf8').replace(/\r\n/g, '\n');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  };
}

/**
 * The versions of a workspace.
 * @throws ProblemError where versions.txt is missing or malformed
 */
export function versionsOf(read: Read): Versions {
  const text = read(versionsFile);
  if (text !== undefined) return readVersions(text);
  const mend = `git checkout ${versionsFile}`;
  throw new ProblemError({
    code: 'missing-versions',
    message: 'versions.txt is missing',
    file: versionsFile,
    mend,
  });
}
