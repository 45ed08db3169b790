import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Path of a file while this process writes it: another one may write the same file. */
export const draftOf = (file: string): string => `${file}.${process.pid}.part`;

/**
 * Writes a file whole or not at all, with the folders that it needs: nobody ever sees a half-written one.
 * @param file absolute path
 * @throws Error as `node:fs`; then the file is as it was
 */
export function writeWhole(file: string, content: string | Buffer): void {
  withDraft(file, content, (draft) => {
    renameSync(draft, file);
  });
}

/** What `place` gives, which puts the draft of a file in its place. The draft is gone afterwards, also when it fails. */
export function withDraft<T>(file: string, content: string | Buffer, place: (draft: string) => T): T {
  const draft = draftOf(file);
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(draft, content, { flush: true });
    return place(draft);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes away the drafts that processes left in a folder which are no more. */
export function removeDrafts(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const [, pid] = /\.(\d+)\.part$/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It may be another account's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
