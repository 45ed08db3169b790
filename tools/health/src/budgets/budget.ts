import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { findNodeAtLocation, getNodeValue, parseTree, type JSONPath, type ParseError } from 'jsonc-parser';
import { z } from 'zod';
import type { AuditRecord } from '../audit/record.ts';

const bytes = z.int().nonnegative();

const SHAPE = z.strictObject({
  /** What a layer, and the image, may grow by: a share of its bytes. */
  tolerance: z.number().min(0).max(1),
  /** The layers that the image adds to its base, in order: step → bytes. */
  layers: z.record(z.string(), bytes),
  /** The Python packages in them: name → version and bytes. */
  packages: z.record(z.string(), z.tuple([z.string(), bytes])),
});

/** What an image may be: `budget.json` in its folder. Bytes are sums of file sizes. */
export type Budget = z.infer<typeof SHAPE>;

/** Name of a budget's file in the folder of its image. */
export const BUDGET = 'budget.json';

/** What most images may grow by. */
const TOLERANCE = 0.02;

/** The budget that an image just fits. Pure. @param tolerance kept of the former budget */
export function budgetOf({ layers, shared }: AuditRecord, tolerance = TOLERANCE): Budget {
  const own = layers.slice(shared);
  const named = new Map<string, number>();
  for (const { createdBy = 'unknown', bytes: size } of own) {
    let step = createdBy;
    for (let count = 2; named.has(step); count++) step = `${createdBy} (${count})`;
    named.set(step, size);
  }
  const packages = own
    .flatMap(({ distributions }) => distributions)
    .map(({ name, version, bytes: size }): [string, [string, number]] => [name, [version, size]])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { tolerance, layers: Object.fromEntries(named), packages: Object.fromEntries(packages) };
}

/** The text of a budget's file, a line for each layer and package; as prettier has it. Pure. */
export function budgetText({ tolerance, layers, packages }: Budget): string {
  const steps = Object.entries(layers).map(([step, size]) => `${JSON.stringify(step)}: ${size}`);
  const named = Object.entries(packages).map(
    ([name, [version, size]]) => `${JSON.stringify(name)}: [${JSON.stringify(version)}, ${size}]`,
  );
  return [
    '{',
    `  "tolerance": ${tolerance},`,
    `  "layers": ${block(steps)},`,
    `  "packages": ${block(named)}`,
    '}',
    '',
  ].join('\n');
}

const block = (lines: readonly string[]): string =>
  lines.length === 0 ? '{}' : `{\n    ${lines.join(',\n    ')}\n  }`;

/**
 * Reads a budget.
 * @param file named in problems
 * @throws ProblemError `budget-file` with the line of what is wrong
 */
export function parseBudget(text: string, file: string): Budget {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [error] = errors;
  if (tree === undefined || error !== undefined)
    throw new ProblemError(wrong(text, file, error?.offset ?? 0, 'it is no JSON'));
  const read = SHAPE.safeParse(getNodeValue(tree));
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => {
    // Of what is missing there is only what it is missing in.
    const node = path.map((_, end) => findNodeAtLocation(tree, path.slice(0, path.length - end) as JSONPath));
    return wrong(
      text,
      file,
      node.find((one) => one !== undefined)?.offset ?? 0,
      `${path.join('.') || 'it'}: ${message}`,
    );
  });
  throw new ProblemError(...problems);
}

const wrong = (text: string, file: string, offset: number, why: string): Problem => ({
  code: 'budget-file',
  message: `this budget can't be read: ${why}`,
  file,
  line: text.slice(0, offset).split('\n').length,
  mend: `take it from git again, or remove it and write it anew: npx nx run images:budgets:update`,
});
