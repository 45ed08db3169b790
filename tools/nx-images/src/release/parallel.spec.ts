import { expect, test } from 'vitest';
import { inParallel } from './parallel.ts';

test('at most so many at once, results in order', async () => {
  let [now, most] = [0, 0];
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (ticks) => {
    most = Math.max(most, ++now);
    for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
    now--;
    return ticks * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30]);
  expect(most).toBe(2);
});

test('after a failure nothing more is begun', async () => {
  const begun: number[] = [];
  const work = inParallel([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(begun).not.toContain(4);
});
