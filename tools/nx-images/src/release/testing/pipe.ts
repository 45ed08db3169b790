import { execFileSync } from 'node:child_process';

/** Makes a named pipe: to open it waits for a writer, which never comes. */
export function makePipe(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path]);
}
