import { writeWhole } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import { resolve } from 'node:path';

/** How a report is told. */
export interface TellOptions {
  /** Default: text. */
  readonly format?: 'text' | 'json' | 'markdown';
  /** File to write it to, from the workspace root, rather than to print it. */
  readonly output?: string;
}

/** Prints a report, or writes it to a file, whole or not at all. @throws ProblemError `report-file` */
export function tell(report: string, output: string | undefined, root: string): void {
  if (output === undefined) {
    console.log(report);
    return;
  }
  try {
    writeWhole(resolve(root, output), report === '' ? '' : `${report}\n`);
  } catch (error) {
    throw new ProblemError({
      code: 'report-file',
      message: `the report can't be written to ${output}: ${(error as Error).message}`,
      mend: 'name a file in a folder that you may write: --output dist/report.md',
    });
  }
  console.log(`written to ${output}`);
}

/** Rows as aligned columns, two blanks apart; the first row is the head. Pure. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Rows as a table of Markdown; the first row is the head. Pure. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** What other people wrote must not end a cell, start a tag or call a person. */
const escaped = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[|<\\]/g, '\\$&')
    .replace(/@(?=\w)/g, '@\u200b');
