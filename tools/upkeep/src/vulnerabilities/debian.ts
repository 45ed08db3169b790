import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DPKG_FORMAT, type DebianAnswer } from './asked.ts';

const SCRIPT = `. /etc/os-release; echo "$ID $VERSION_ID"; exec dpkg-query --show --showformat '${DPKG_FORMAT}'`;

/** Asks an image what Debian packages it has. @throws ProblemError */
export async function askDebian(image: string, reference: string): Promise<DebianAnswer> {
  const args = ['run', '--rm', '--network=none', '--read-only', '--entrypoint=sh', reference, '-c', SCRIPT];
  try {
    const { stdout } = await promisify(execFile)('docker', args, { maxBuffer: 64 * 1024 * 1024 });
    return { image, text: stdout };
  } catch (error) {
    throw new ProblemError({
      code: 'unknown-system',
      message: `${image} does not tell its packages: ${error instanceof Error ? error.message.trim() : ''}`,
      mend: `docker run --rm --entrypoint dpkg-query ${reference} --show`,
    });
  }
}
