import { ProblemError } from '@cp-whisperx-app/problem';

/** A place that keeps entries of Nx's cache: a gzipped tar each, under Nx's hash of the task. */
export interface CacheStore {
  /** @throws Error when the place fails, or has something odd there (`isOddEntry`) */
  get(hash: string): Promise<Buffer | undefined>;
  /** Never writes over an entry. @throws Error when the place fails */
  put(hash: string, body: Buffer): Promise<'stored' | 'exists' | 'refused'>;
}

/** Bytes, as sent. Larger entries are neither taken nor given, since each is held in memory, here and by Nx. */
export const LARGEST_ENTRY = 512 * 1024 * 1024;

/** What stands under the name of an entry is none that Nx could use. */
export const oddEntry = (name: string, why: string): ProblemError =>
  new ProblemError({
    code: 'nx-cache-entry',
    message: `${name} is no entry of Nx's cache: ${why}`,
    mend: 'delete it where it is kept; ask who put it there',
  });

/** Whether an error tells of one entry rather than of the whole place. */
export const isOddEntry = (error: unknown): boolean =>
  error instanceof ProblemError &&
  error.problems.every(({ code }) =>
    ['nx-cache-entry', 'registry-not-an-image', 'digest-mismatch'].includes(code),
  );
