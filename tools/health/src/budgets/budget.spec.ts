import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { describe, expect, test } from 'vitest';
import { budgetOf, budgetText, parseBudget } from './budget.ts';
import { recordOf } from './testing/record.ts';

const BUDGET = {
  tolerance: 0.02,
  layers: { 'COPY /opt': 3000, 'COPY --from=code /app': 20, 'COPY --from=code /app (2)': 10 },
  packages: { six: ['1.17.0', 40], torch: ['2.7.1', 2000] } as Record<string, [string, number]>,
};

test('the budget that an image just fits: its own layers in order, packages by name', () => {
  const record = recordOf({
    shared: 1,
    layers: [
      ['RUN system', 9000, { apt: ['1', 9] }],
      ['COPY /opt', 3000, { torch: ['2.7.1', 2000], six: ['1.17.0', 40] }],
      ['COPY --from=code /app', 20, {}],
      ['COPY --from=code /app', 10, {}],
    ],
  });
  expect(budgetOf(record)).toEqual(BUDGET);
  expect(Object.keys(budgetOf(record).packages)).toEqual(['six', 'torch']);
  expect(budgetOf(record, 0.1).tolerance).toBe(0.1);
});

test('its text has a line for each layer and package, and is read again as the same', () => {
  expect(budgetText(BUDGET)).toBe(`{
  "tolerance": 0.02,
  "layers": {
    "COPY /opt": 3000,
    "COPY --from=code /app": 20,
    "COPY --from=code /app (2)": 10
  },
  "packages": {
    "six": ["1.17.0", 40],
    "torch": ["2.7.1", 2000]
  }
}
`);
  expect(parseBudget(budgetText(BUDGET), 'f')).toEqual(BUDGET);
  const empty = { tolerance: 0.02, layers: {}, packages: {} };
  expect(parseBudget(budgetText(empty), 'f')).toEqual(empty);
});

describe('a budget that can not be read is told with its line', () => {
  test.each<[what: string, text: string, line: number, message: string]>([
    ['a missing comma', budgetText(BUDGET).replace('3000,', '3000'), 5, 'it is no JSON'],
    ['a conflict of a merge', `<<<<<<< HEAD\n${budgetText(BUDGET)}`, 1, 'it is no JSON'],
    ['a half', budgetText(BUDGET).slice(0, 50), 4, 'it is no JSON'],
    ['nothing', '', 1, 'it is no JSON'],
    ['a comment', `// mine\n${budgetText(BUDGET)}`, 1, 'it is no JSON'],
    ['bytes as text', budgetText(BUDGET).replace(': 20,', ': "20",'), 5, 'layers.COPY --from=code /app: '],
    ['negative bytes', budgetText(BUDGET).replace('40]', '-40]'), 9, 'packages.six.1: '],
    ['a tolerance of 200 %', budgetText(BUDGET).replace('0.02', '2'), 2, 'tolerance: '],
    ['a missing part', '{\n  "tolerance": 0.02,\n  "layers": {}\n}\n', 1, 'packages: '],
    ['a part too many', budgetText(BUDGET).replace('"tolerance"', '"tolerence": 1, "tolerance"'), 1, 'it: '],
  ])('%s', (_, text, line, message) => {
    const [problem] = problemsOf(() => parseBudget(text, 'images/x/budget.json'));
    expect(problem).toMatchObject({ code: 'budget-file', file: 'images/x/budget.json', line });
    expect(problem?.message).toContain(`can't be read: ${message}`);
  });
});
