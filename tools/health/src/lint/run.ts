import { ProblemError } from '@cp-whisperx-app/problem';
import { buildkitChecks } from './buildkit.ts';
import { hadolint } from './hadolint.ts';
import { lint, type LintRecord } from './lint.ts';
import type { Placed } from './rule.ts';
import type { Family, Subject } from './subject.ts';

/**
 * Runs all linters on an image.
 * @param root absolute path of the workspace
 * @returns the record of the linters that ran, and the problems of those that did not
 */
export async function runLinters(
  root: string,
  subject: Subject,
  family: Family,
): Promise<{ readonly record: LintRecord; readonly problems: ProblemError['problems'] }> {
  const linters: [name: string, answer: Promise<readonly Placed[]>][] = [
    ['BuildKit', buildkitChecks(root, subject)],
    ['hadolint', hadolint(root, subject.dockerfile.file)],
  ];
  const settled = await Promise.allSettled(linters.map(([, answer]) => answer));
  const answers = new Map<string, readonly Placed[]>();
  const problems: ProblemError['problems'][number][] = [];
  for (const [index, result] of settled.entries()) {
    if (result.status === 'fulfilled') answers.set(linters[index]?.[0] ?? '', result.value);
    else if (result.reason instanceof ProblemError) problems.push(...result.reason.problems);
    else throw result.reason;
  }
  return { record: lint(subject, family, answers), problems };
}
