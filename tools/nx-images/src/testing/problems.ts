import { ProblemError, type Problem } from '@cp-whisperx-app/problem';

/** The problems that a call throws; none when it returns. Anything else that it throws goes on. */
export function problemsOf(call: () => unknown): readonly Problem[] {
  try {
    call();
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** As `problemsOf`, for a promise. */
export async function problemsOfPromise(call: Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await call;
    return [];
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
}

/** `file:line code`, to compare by. */
export const brief = ({ file, line, code }: Problem): string =>
  `${file ?? ''}:${line === undefined ? '' : String(line)} ${code}`;
