import { writeWhole } from '@cp-whisperx-app/nx-images/api';
import { join } from 'node:path';
import type { RunRecord } from '../run-record.ts';
import { summaryPage } from '../summary/page.ts';
import { readSummary } from '../summary/read.ts';

/**
 * Writes the page that shows what a run has made, as far as it has come.
 * @param order names of its stages
 * @returns what is said of it: its path, or why there is none, which makes no run a failed one
 */
export async function writeSummary(
  work: string,
  order: readonly string[],
  record: RunRecord,
): Promise<string> {
  const file = join(work, 'summary.html');
  try {
    writeWhole(file, summaryPage(await readSummary(work, order, record)));
    return file;
  } catch (error) {
    return `no summary.html: ${(error as Error).message}`;
  }
}
