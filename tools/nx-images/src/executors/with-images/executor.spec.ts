import { expect, test } from 'vitest';
import { planWith } from '../../testing/plan.ts';
import { imageVariables } from './executor.ts';

test('images are named by their key, in a variable that a shell can read', () => {
  const plans = [
    planWith({ name: 'base-cpu', image: 'o/base:cpu', keyed: 'o/base:key-1' }),
    planWith({ name: 'a.b', keyed: 'o/a.b:key-2' }),
  ];
  expect(imageVariables(plans)).toEqual({ IMAGE_BASE_CPU: 'o/base:key-1', IMAGE_A_B: 'o/a.b:key-2' });
});
