import { writeWhole } from '@cp-whisperx-app/nx-images/api';
import { join } from 'node:path';
import type { ReportData } from '../data.ts';
import { reportPage } from './page.ts';

/** Path of the page, relative to the workspace root. */
export const PAGE = 'dist/report/index.html';

/** Writes the page whole or not at all. @param root absolute path of the workspace */
export function writePage(root: string, data: ReportData): void {
  writeWhole(join(root, PAGE), reportPage(data));
}
