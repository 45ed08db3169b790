import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReportData } from '../data.ts';
import { reportPage } from './page.ts';

/** Path of the page, relative to the workspace root. */
export const PAGE = 'dist/report/index.html';

/** Writes the page whole or not at all. @param root absolute path of the workspace */
export function writePage(root: string, data: ReportData): void {
  const path = join(root, PAGE);
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, reportPage(data));
  renameSync(draft, path);
}
