import { ProblemError } from '@cp-whisperx-app/problem';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const day = z.iso.date();

const Lifecycle = z.strictObject({
  /** The day on which somebody last held all of it against its sources. */
  checked: day,
  /** What ends when: `what` is `Python 3.11`, `Debian 12`. */
  ends: z.array(z.strictObject({ what: z.string(), until: day, of: z.string(), source: z.url() })),
  /** NVIDIA's drivers for Linux: by CUDA release the one it was made for, by major release the lowest it runs with. */
  drivers: z.strictObject({
    source: z.url(),
    full: z.record(z.string(), z.string()),
    lowest: z.record(z.string(), z.string()),
  }),
  /** Generations of GPUs by compute capability, oldest first. */
  gpus: z.strictObject({
    source: z.url(),
    generations: z.array(
      z.strictObject({ name: z.string(), capabilities: z.array(z.string()), 'such as': z.string() }),
    ),
  }),
});

/** Facts of others that no registry tells, each with its source. */
export type Lifecycle = z.infer<typeof Lifecycle>;

/** Where they stand, from the workspace root. */
export const LIFECYCLE_FILE = 'tools/upkeep/src/base-status/lifecycle.json';

/** Reads the facts. @throws ProblemError `lifecycle-file` */
export function readLifecycle(text?: string): Lifecycle {
  try {
    const file = join(import.meta.dirname, 'lifecycle.json');
    return Lifecycle.parse(JSON.parse(text ?? readFileSync(file, 'utf8')));
  } catch (error) {
    throw new ProblemError({
      code: 'lifecycle-file',
      message: `it can't be read: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`,
      file: LIFECYCLE_FILE,
      mend: `git checkout ${LIFECYCLE_FILE}, or mend the place that is named`,
    });
  }
}
