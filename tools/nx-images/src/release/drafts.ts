import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Path of a file while this process writes it: another one may write the same file. */
export const draftOf = (file: string): string => `${file}.${process.pid}.part`;

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
