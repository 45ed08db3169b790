import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readReceipt, type Receipt } from './receipt.ts';
import { megabytes } from './units.ts';

/** How a task of `docker-build` ended. */
export interface TaskEnd {
  readonly name: string;
  readonly failed: boolean;
  /** Taken from Nx's cache. */
  readonly hit: boolean;
}

/** Path of the account of the last run, relative to the workspace root. */
const SUMMARY = 'dist/images/summary.md';

/**
 * Writes the account of a run as Markdown, for a person and for the summary of a CI job.
 * @param root absolute path of the workspace
 * @param jobSummary file that GitHub Actions shows beside the job (`GITHUB_STEP_SUMMARY`); it is added to
 */
export function writeSummary(root: string, ends: readonly TaskEnd[], jobSummary?: string): void {
  const rows = ends.map((end) => {
    const receipt = readReceipt(root, end.name);
    return row(end, receipt === undefined || 'wrong' in receipt ? undefined : receipt);
  });
  const text = [...HEAD, ...rows.toSorted(), ''].join('\n');
  const file = join(root, SUMMARY);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (jobSummary) appendFileSync(jobSummary, `${text}\n`);
}

const HEAD = ['| image | this run | adds | whole | change |', '|---|---|---|---|---|'];

/** The line of one image. Pure. */
export function row({ name, failed, hit }: TaskEnd, receipt: Receipt | undefined): string {
  // To fetch, where it is published; else on disk.
  const size = failed ? undefined : (receipt?.transfer ?? receipt?.size);
  const former = hit ? undefined : receipt?.former;
  const how = failed
    ? '**failed**'
    : hit
      ? 'hit'
      : receipt?.build
        ? `built in ${receipt.build.seconds} s`
        : 'was there';
  const cells = [
    name,
    how,
    size && megabytes(size.own),
    size && megabytes(size.total),
    size && former && signed(size.total - former.size),
  ];
  return `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
}

const signed = (bytes: number): string => `${bytes < 0 ? '−' : '+'}${megabytes(Math.abs(bytes))}`;
