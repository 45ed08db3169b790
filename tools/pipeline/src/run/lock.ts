import { ProblemError } from '@cp-whisperx-app/problem';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Keeps a work folder for this process, so that no other run does the same work at the same time. What a run left that
 * was killed doesn't count.
 * @returns what gives the folder free
 * @throws ProblemError when another run has it
 */
export function holdWork(work: string): () => void {
  const file = join(work, '.running');
  const take = (): boolean => {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
  };
  if (!take()) {
    const holder = Number(readFileSync(file, 'utf8'));
    if (lives(holder))
      throw new ProblemError({
        code: 'work-in-use',
        message: `another run (process ${holder}) works in ${work}`,
        mend: `wait for it, stop it (kill ${holder}), or name another folder with --work`,
      });
    rmSync(file, { force: true });
    take();
  }
  return () => {
    rmSync(file, { force: true });
  };
}

/** Whether there is a process of that number; one of another user counts. */
function lives(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
