import { ProblemError } from '@cp-whisperx-app/problem';

/** Runs the work of a task; problems are told as they are, without a stack trace, and fail it. */
export async function task(work: () => Promise<boolean>): Promise<{ success: boolean }> {
  try {
    return { success: await work() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    console.error(`\n${error.message}\n`);
    return { success: false };
  }
}
