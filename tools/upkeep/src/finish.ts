import { ProblemError } from '@cp-whisperx-app/problem';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addEntry, changelogFile } from './changelog.ts';
import { commit, commitCommand, undoCommand } from './git.ts';
import { replaceFiles } from './replace-files.ts';
import { runNx } from './run-nx.ts';

/** A change of the sources that is written, and is to become images. */
export interface Change {
  readonly root: string;
  /** Files that were changed. */
  readonly changed: readonly string[];
  /** Projects of the images that it comes into. */
  readonly images: readonly string[];
  readonly say: (line: string) => void;
}

/**
 * Builds or tests the images of a change.
 * @returns seconds that it took
 * @throws ProblemError `not-built`, `not-tested`: the files stay changed, and the command that undoes them is told
 */
export async function runImages(
  { root, changed, images }: Change,
  target: 'docker-build' | 'docker-test',
  settings: Readonly<Record<string, string>> = {},
): Promise<number> {
  const started = performance.now();
  const args = ['run-many', '-t', target, '-p', images.join(',')];
  const failed = images.length === 0 ? [] : await runNx(root, args, settings);
  if (failed.length > 0)
    throw new ProblemError({
      code: target === 'docker-build' ? 'not-built' : 'not-tested',
      message: `${failed.join(', ')} failed; the files stay changed`,
      mend: `mend what it says above, then npx nx ${args.join(' ')}; or undo all: ${undoCommand(changed)}`,
    });
  return (performance.now() - started) / 1000;
}

/** Adds an entry to CHANGELOG.md, and commits the change or tells how. @throws ProblemError `not-committed` */
export async function recordChange(
  { root, changed, say }: Change,
  entry: string,
  subject: string,
  wanted: boolean,
): Promise<void> {
  const text = readFileSync(join(root, changelogFile), 'utf8');
  replaceFiles(root, new Map([[changelogFile, addEntry(text, entry)]]));
  say(`    - ${entry}`);
  const paths = [changelogFile, ...changed];
  if (wanted) {
    await commit(root, subject, paths);
    say(`    committed: ${subject}`);
  } else say(`    to commit it: ${commitCommand(subject, paths)}`);
}
