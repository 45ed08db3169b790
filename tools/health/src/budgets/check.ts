import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { BUDGET, budgetOf } from './budget.ts';
import { compare, overBudget, type Comparison } from './compare.ts';
import { noBudget, readAudit, readBudget, strayBudgets, updateBudget, type BudgetedImage } from './files.ts';

/**
 * Images against their budgets, and all that is wrong. What can't be read of one image leaves the others told.
 * @param all images of the family; a budget of none of them is wrong too
 */
export function checkBudgets(
  root: string,
  images: readonly BudgetedImage[],
  all = images,
): { readonly comparisons: readonly Comparison[]; readonly problems: readonly Problem[] } {
  const comparisons: Comparison[] = [];
  const problems: Problem[] = [];
  for (const image of images)
    collect(problems, () => {
      const budget = readBudget(root, image);
      if (budget === undefined) throw new ProblemError(noBudget(image));
      const comparison = compare(image.name, budget, budgetOf(readAudit(root, image), budget.tolerance));
      comparisons.push(comparison);
      problems.push(...overBudget(comparison, `${image.folder}/${BUDGET}`));
    });
  return { comparisons, problems: [...problems, ...strayBudgets(root, all)] };
}

/**
 * Writes the budgets that the images just fit: all of them, or none when one can't be written.
 * @returns names of the images whose budget is another one than before
 * @throws ProblemError `no-audit`, `budget-file`
 */
export function updateBudgets(root: string, images: readonly BudgetedImage[]): readonly string[] {
  const problems: Problem[] = [];
  const read = images.flatMap((image) => {
    const record = collect(problems, () => {
      readBudget(root, image);
      return readAudit(root, image);
    });
    return record === undefined ? [] : [{ image, record }];
  });
  if (problems.length > 0) throw new ProblemError(...problems);
  return read.flatMap(({ image, record }) => (updateBudget(root, image, record) ? [image.name] : []));
}

/** What `work` gives; its problems are added to the others. */
function collect<T>(problems: Problem[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
