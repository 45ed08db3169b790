import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Places = z.record(z.string(), z.array(z.string()));

const Look = z.object({
  distributions: z.record(
    z.string(),
    z.object({
      /** First two parts of the dotted names of its modules. */
      modules: z.array(z.string()),
      /** What it requires: the extra that asks for it, empty where it is always needed. */
      needs: z.record(z.string(), z.string()),
    }),
  ),
  /** Dotted names that the code in /app imports, and where. */
  imports: Places,
  /** First words of the strings in it, and where. */
  strings: Places,
  system: z.record(
    z.string(),
    z.object({
      programs: z.array(z.string()),
      libraries: z.array(z.string()),
      /** Debian packages of the image that depend on it. */
      needed_by: z.array(z.string()),
      /** How files of the image's own distributions use it. */
      used_by: z.array(z.string()),
    }),
  ),
});

/** What one image says of itself; look.py has the source. */
export type Look = z.infer<typeof Look>;

/**
 * Looks into an image, with its own Python and without a network.
 * @param own distributions of its own layer, whose files are searched for uses of `system`
 * @throws ProblemError `image-silent`
 */
export async function lookInto(
  image: string,
  reference: string,
  asked: { readonly own: readonly string[]; readonly system: readonly string[] },
): Promise<Look> {
  const args = ['run', '--rm', '--interactive', '--network=none', '--read-only', '--entrypoint=python'];
  const child = spawn('docker', [...args, reference, '-', JSON.stringify(asked)]);
  createReadStream(join(import.meta.dirname, 'look.py')).pipe(child.stdin);
  // A container that never starts reads nothing.
  child.stdin.on('error', () => undefined);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      stderr += error.message;
      resolve(127);
    });
    child.on('close', resolve);
  });
  if (code === 0) return Look.parse(JSON.parse(stdout));
  throw new ProblemError({
    code: 'image-silent',
    message: `${image} does not say what is in it\n${stderr.trimEnd().split('\n').slice(-3).join('\n')}`,
    mend: `docker run --rm --entrypoint python ${reference} -c "import importlib.metadata", and see what it says`,
  });
}
