import { contextOf, task } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import type { ExecutorContext } from '@nx/devkit';
import { appendFileSync } from 'node:fs';
import { checkBudgets, updateBudgets } from '../../budgets/check.ts';
import { isAudited } from '../../budgets/files.ts';
import { comparisonMarkdown, comparisonText } from '../../budgets/tell.ts';

interface Options {
  readonly update?: boolean;
  readonly audited?: boolean;
}

/** Holds the images against their budgets, or writes the budgets that they just fit. */
export default function imagesBudgets(
  { update = false, audited = false }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(() => {
    const { plans, say } = contextOf(nx);
    const all = [...plans.values()].map(({ name, context: folder, key }) => ({ name, folder, key }));
    const images = audited ? all.filter((image) => isAudited(nx.root, image)) : all;
    if (update) {
      const written = updateBudgets(nx.root, images);
      say(
        written.length === 0
          ? `the budgets of ${images.length} images were right`
          : `wrote the budgets of ${written.join(', ')}: commit them`,
      );
      return Promise.resolve(true);
    }
    const { comparisons, problems } = checkBudgets(nx.root, images, all);
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    if (summary) appendFileSync(summary, `${comparisonMarkdown(comparisons)}\n`);
    say(comparisonText(comparisons));
    if (problems.length > 0) throw new ProblemError(...problems);
    return Promise.resolve(true);
  });
}
