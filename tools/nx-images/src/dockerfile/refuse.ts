import { ProblemError } from '@cp-whisperx-app/problem';

/** Stops reading. `at` adds where. */
export function refuse(code: string, message: string, mend: string): never {
  throw new ProblemError({ code, message, mend });
}

/** What `read` gives; a problem in it is told with `file` and `line`, where it doesn't know its own. */
export function at<T>(file: string, line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError(...error.problems.map((problem) => ({ file, line, ...problem })));
  }
}
