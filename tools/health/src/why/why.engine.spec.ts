import type { Family } from '@cp-whisperx-app/nx-images/testing/family';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthyFamily } from './testing/family.ts';

let family: Family;

beforeAll(async () => {
  family = await healthyFamily();
});

afterAll(() => family.dispose());

const why = async (name: string): Promise<string> => {
  const { code, output } = await family.nx(['run', `${name}:why`, '--outputStyle=static']);
  expect(code, output).toBe(0);
  expect(output).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  return output;
};

const build = async (...projects: readonly string[]): Promise<void> => {
  const run = await family.build({ projects });
  expect(run.code, run.output).toBe(0);
};

test('from never built to nothing to do, over a changed base, a build of only that, and an image that is gone', async () => {
  const first = await why('leaf-high');
  expect(first).toContain('leaf-high would be built: it was never built or found here');
  expect(first).toContain('Built before it: base-one, base-two, base-three.');

  await build();
  const built = await why('leaf-high');
  expect(built).toContain('Nothing to do: leaf-high is in the engine');
  expect(built).toContain('there was no image of that name before');

  await family.append('images/base-one/system/install', '# changed');
  const cause =
    /images\/base-one\/system\/install +changed +[0-9a-f]{12} → [0-9a-f]{12}\n +an input of base-one, and so of base-two, base-three, leaf-high\n/;
  expect(await why('leaf-high')).toMatch(cause);

  // Then the receipts of the bases are of the present sources, and leaf-high's is not.
  await build('base-three');
  await family.append('images/leaf-high/high.py', '# changed');
  const between = await why('leaf-high');
  expect(between).toContain('leaf-high would be built: it is key-');
  expect(between).not.toContain('Built before it');
  expect(between).toMatch(cause);
  expect(between).toMatch(/images\/leaf-high\/high\.py +changed .*\n +an input of leaf-high\n/);

  await build('leaf-high');
  // A run that finds it forgets none of it.
  await build('leaf-high');
  const after = await why('leaf-high');
  expect(after).toContain('Nothing to do: leaf-high is in the engine');
  expect(after).toMatch(/It was built in .* because since key-/);
  expect(after).toMatch(cause);

  await family.remove(await family.tags('leaf-high'));
  expect(await why('leaf-high')).toMatch(
    /leaf-high would be built: nothing moved since key-\w+, but no image of that key is in the engine/,
  );
});
