import { writeWhole } from '@cp-whisperx-app/nx-images/api';
import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { auditPath, type AuditRecord } from '../audit/record.ts';
import { BUDGET, budgetOf, budgetText, parseBudget, type Budget } from './budget.ts';

/** An image: its name, its folder, and the key of its sources as they are now. */
export interface BudgetedImage {
  readonly name: string;
  readonly folder: string;
  readonly key: string;
}

const budgetPath = ({ folder }: Pick<BudgetedImage, 'folder'>): string => `${folder}/${BUDGET}`;

/**
 * The audit of an image as it is now.
 * @param root absolute path of the workspace
 * @throws ProblemError `no-audit`
 */
export function readAudit(root: string, { name, key }: BudgetedImage): AuditRecord {
  const file = auditPath(name);
  const record = lastAudit(root, name);
  if (record?.key === key) return record;
  throw new ProblemError({
    code: 'no-audit',
    message: record === undefined ? `${name} has no audit` : `the audit of ${name} is of other sources`,
    file,
    mend: `npx nx run ${name}:docker-audit`,
  });
}

/** Whether an image has an audit of what it is now. */
export const isAudited = (root: string, { name, key }: BudgetedImage): boolean =>
  lastAudit(root, name)?.key === key;

/** The last audit of an image; undefined for none of this version. */
function lastAudit(root: string, name: string): AuditRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(join(root, auditPath(name)), 'utf8')) as AuditRecord | null;
    return record?.schema === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/** The budget of an image; undefined when it has none. @throws ProblemError `budget-file` */
export function readBudget(root: string, image: BudgetedImage): Budget | undefined {
  const file = budgetPath(image);
  return existsSync(join(root, file)) ? parseBudget(readFileSync(join(root, file), 'utf8'), file) : undefined;
}

/**
 * Writes the budget that an image just fits, whole or not at all.
 * @returns whether it is another one than before
 * @throws ProblemError `budget-file`, when there is one that can't be read
 */
export function updateBudget(root: string, image: BudgetedImage, record: AuditRecord): boolean {
  const text = budgetText(budgetOf(record, readBudget(root, image)?.tolerance));
  const path = join(root, budgetPath(image));
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return false;
  writeWhole(path, text);
  return true;
}

/** The problem that an image has no budget. */
export const noBudget = (image: BudgetedImage): Problem => ({
  code: 'no-budget',
  message: `${image.name} has no budget, so nobody would see it grow`,
  file: budgetPath(image),
  mend: 'npx nx run images:budgets:update, and commit what it writes',
});

/** Budgets beside those of the images: of images that are gone. */
export function strayBudgets(root: string, images: readonly BudgetedImage[]): readonly Problem[] {
  const folders = new Set(images.map(({ folder }) => folder));
  return [...new Set([...folders].map((folder) => dirname(folder)))].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true }).flatMap((found) => {
      const folder = `${parent}/${found.name}`;
      const file = budgetPath({ folder });
      if (!found.isDirectory() || folders.has(folder) || !existsSync(join(root, file))) return [];
      return {
        code: 'budget-without-image',
        message: `this is the budget of an image that is not there`,
        file,
        mend: `git rm ${file}`,
      };
    }),
  );
}
