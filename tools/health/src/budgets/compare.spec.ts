import { describe, expect, test } from 'vitest';
import type { Budget } from './budget.ts';
import { compare, movementText, overBudget } from './compare.ts';

const MB = 1_000_000;
const BUDGET: Budget = {
  tolerance: 0.02,
  layers: { 'COPY /opt': 1000 * MB, 'COPY /app': 0.1 * MB },
  packages: { six: ['1.16', 0.1 * MB], torch: ['2.7.1', 900 * MB] },
};
const app = { 'COPY /app': 0.1 * MB };

type Change = Partial<Pick<Budget, 'layers' | 'packages'>>;
const changed = (change: Change): ReturnType<typeof compare> =>
  compare('asr', BUDGET, { ...BUDGET, ...change });

describe('an image against its budget', () => {
  test.each<
    [
      what: string,
      change: Change,
      over: readonly string[],
      under: readonly string[],
      packages: readonly string[],
    ]
  >([
    ['is the same', {}, [], [], []],
    ['grew within the tolerance', { layers: { 'COPY /opt': 1019 * MB, ...app } }, [], [], []],
    [
      'grew beyond it',
      { layers: { 'COPY /opt': 1021 * MB, ...app } },
      ['all its layers: 1.00 GB → 1.02 GB (+21.0 MB)', 'COPY /opt: 1.00 GB → 1.02 GB (+21.0 MB)'],
      [],
      [],
    ],
    [
      'a small layer grew manifold, by less than the floor',
      { layers: { 'COPY /opt': 1000 * MB, 'COPY /app': MB } },
      [],
      [],
      [],
    ],
    [
      'a small layer grew by more than the floor',
      { layers: { 'COPY /opt': 1000 * MB, 'COPY /app': 2 * MB } },
      ['COPY /app: 100.0 kB → 2.0 MB (+1.9 MB)'],
      [],
      [],
    ],
    ['a new layer, small', { layers: { ...BUDGET.layers, 'COPY /data': 0.5 * MB } }, [], [], []],
    [
      'a new layer',
      { layers: { ...BUDGET.layers, 'COPY /data': 5 * MB } },
      ['COPY /data: +5.0 MB, new'],
      [],
      [],
    ],
    [
      'a layer is gone',
      { layers: app },
      [],
      ['all its layers: 1.00 GB → 100.0 kB (−1.00 GB)', 'COPY /opt: −1.00 GB, gone'],
      [],
    ],
    [
      'what one layer lost, another one has: the whole is the same, the layer is not',
      { layers: { 'COPY /opt': 900 * MB, 'COPY /app': 100.1 * MB } },
      ['COPY /app: 100.0 kB → 100.1 MB (+100.0 MB)'],
      ['COPY /opt: 1.00 GB → 900.0 MB (−100.0 MB)'],
      [],
    ],
    [
      'a package grew',
      { packages: { ...BUDGET.packages, torch: ['2.8.0', 950 * MB] } },
      [],
      [],
      ['torch: 900.0 MB → 950.0 MB (+50.0 MB), 2.7.1 → 2.8.0'],
    ],
    [
      'a version moved, the bytes did not',
      { packages: { ...BUDGET.packages, six: ['1.17', 0.1 * MB] } },
      [],
      [],
      ['six: 100.0 kB → 100.0 kB (+0 B), 1.16 → 1.17'],
    ],
    [
      'packages new and gone, the biggest change first',
      { packages: { six: ['1.16', 0.1 * MB], jax: ['0.4', 5 * MB] } },
      [],
      [],
      ['torch: −900.0 MB, gone', 'jax: +5.0 MB, new, 0.4'],
    ],
  ])('%s', (_, change, over, under, packages) => {
    const found = changed(change);
    expect({
      over: found.over.map(movementText),
      under: found.under.map(movementText),
      packages: found.packages.map(movementText),
    }).toEqual({ over, under, packages });
  });
});

test('the tolerance is that of the budget', () => {
  const layers = { 'COPY /opt': 1050 * MB, ...app };
  expect(compare('asr', { ...BUDGET, tolerance: 0.1 }, { ...BUDGET, layers }).over).toEqual([]);
});

test('the problem names the image, the layer and the packages that grew, not those that shrank', () => {
  const grown = changed({
    layers: { 'COPY /opt': 1100 * MB, ...app },
    packages: { six: ['1.16', 0.05 * MB], torch: ['2.8.0', 1000 * MB] },
  });
  const [problem, ...others] = overBudget(grown, 'images/asr/budget.json');
  expect(others).toEqual([]);
  expect(problem).toMatchObject({ code: 'over-budget', file: 'images/asr/budget.json' });
  expect(problem?.mend).toContain('npx nx run images:budgets:update');
  expect(problem?.message).toBe(`asr is larger than its budget
    all its layers: 1.00 GB → 1.10 GB (+100.0 MB)
    COPY /opt: 1.00 GB → 1.10 GB (+100.0 MB)
    packages that grew:
      torch: 900.0 MB → 1.00 GB (+100.0 MB), 2.7.1 → 2.8.0`);
  expect(overBudget(changed({}), 'f')).toEqual([]);
});
