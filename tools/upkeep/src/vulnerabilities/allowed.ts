import { ProblemError, type Problem } from '@cp-whisperx-app/problem';

/** The list of what is known and borne for a while, from the workspace root. */
export const ALLOWED_FILE = 'libs/versions/vulnerabilities-allowed.txt';

/** One line of it. */
export interface Allowance {
  /** Any id or alias of the vulnerability. */
  readonly id: string;
  readonly name: string;
  /** `YYYY-MM-DD`: the last day on which it holds. */
  readonly until: string;
  readonly reason: string;
  /** 1-based. */
  readonly line: number;
}

/**
 * Reads the list: `ID PACKAGE YYYY-MM-DD reason` a line, and remarks.
 * @throws ProblemError with one problem for each line that is neither
 */
export function readAllowed(text: string, file: string = ALLOWED_FILE): readonly Allowance[] {
  const problems: Problem[] = [];
  const allowed: Allowance[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const [, id = '', name = '', until = '', reason = ''] =
      /^([A-Z][\w.:-]+)\s+(\S+)\s+(\d{4}-\d\d-\d\d)\s+(\S.*)$/.exec(content) ?? [];
    if (id === '' || !isDay(until))
      problems.push({
        code: 'malformed-allowance',
        message: `"${content}" can't be read`,
        file,
        line,
        mend: 'write it like "GHSA-g7vv-2v7x-gj9p tqdm 2027-03-31 only its command line is affected, which nobody calls"',
      });
    else allowed.push({ id, name, until, reason, line });
  }
  if (problems.length > 0) throw new ProblemError(...problems);
  return allowed;
}

/** Whether there is such a day: `2026-02-30` is none. */
const isDay = (text: string): boolean => {
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
};
