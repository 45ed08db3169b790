import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { explainEngineFailure } from '../engine/failures.ts';

/** All tags in the engine, `REPOSITORY:TAG`. @throws ProblemError when there is no engine */
export async function tagsInEngine(): Promise<readonly string[]> {
  const stdout = await new Promise<string>((resolve, reject) => {
    const args = ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'];
    execFile('docker', args, { maxBuffer: 64 * 1024 * 1024 }, (error, out, stderr) => {
      if (error === null) resolve(out);
      else reject(new ProblemError(explainEngineFailure(stderr || error.message)));
    });
  });
  return stdout.split('\n').filter((tag) => tag !== '' && !tag.includes('<none>'));
}

/**
 * Gives the engine an archive of images.
 * @param archive a tar; when it fails, nothing of it has a name in the engine
 * @throws ProblemError, or the error of the archive
 */
export async function loadArchive(archive: Readable): Promise<void> {
  const child = spawn('docker', ['load', '--quiet'], { stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      stderr += error.message;
      resolve(127);
    });
    child.on('close', resolve);
  });
  let broken: unknown;
  try {
    await pipeline(archive, child.stdin);
  } catch (error) {
    broken = error;
    child.kill();
  }
  const code = await ended;
  // Where docker closes its input, it says why; what ends otherwise ends by the archive.
  const { code: how = '' } = (broken ?? {}) as NodeJS.ErrnoException;
  if (broken !== undefined && !/^(EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/.test(how)) throw broken as Error;
  if (code !== 0) throw new ProblemError(explainEngineFailure(stderr));
}
