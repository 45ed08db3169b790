import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepMade, readMade } from './made.ts';
import { imageKey } from './plan/key.ts';
import type { BuildPlan } from './plan/plan.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { planWith } from './testing/plan.ts';

const planOf = (name: string, bases: readonly BuildPlan[] = []): BuildPlan => {
  const inputs = {
    ...planWith().inputs,
    dockerfile: name,
    bases: Object.fromEntries(bases.map((base) => [base.name, base.key])),
  };
  const references = bases.map((base) => [base.image, base.name] as const);
  return planWith({ name, inputs, key: imageKey(inputs), bases: Object.fromEntries(references) });
};
const ml = planOf('ml');
const asr = planOf('asr', [ml]);
const other = planOf('other');
const PLANS = new Map([ml, asr, other].map((plan) => [plan.name, plan]));
const build = { seconds: 2, by: 'Docker 28' };
const former = { key: 'f', size: 5 };

test('how an image was made is kept, and what its bases are made from', () => {
  const root = tempFolder();
  keepMade(root, { plan: asr, build, former }, PLANS);
  expect(readMade(root, asr.key)).toEqual({ inputs: asr.inputs, build, former });
  expect(readMade(root, ml.key)).toEqual({ inputs: ml.inputs });
  expect(readMade(root, other.key)).toBeUndefined();
  const files = readdirSync(join(root, 'dist/images/made'));
  expect(files.sort()).toEqual([asr.key, ml.key].map((key) => `${key}.json`).sort());
});

test('it stays when the image is only found, or its sources change; a new build of the same key takes its place', () => {
  const root = tempFolder();
  keepMade(root, { plan: asr, build, former }, PLANS);
  keepMade(root, { plan: asr, former: { key: 'g', size: 6 } }, PLANS);
  keepMade(root, { plan: planOf('asr, changed'), build }, new Map());
  expect(readMade(root, asr.key)).toEqual({ inputs: asr.inputs, build, former });
  keepMade(root, { plan: asr, build: { ...build, seconds: 3 } }, PLANS);
  expect(readMade(root, asr.key)?.build?.seconds).toBe(3);
});

test.each([
  ['damaged', '{'],
  ['null', 'null'],
  ['of another key', JSON.stringify({ inputs: asr.inputs })],
])('what is %s is not believed, and is written anew', (_what, text) => {
  const root = tempFolder();
  writeFiles(root, { [`dist/images/made/${ml.key}.json`]: text });
  expect(readMade(root, ml.key)).toBeUndefined();
  keepMade(root, { plan: asr }, PLANS);
  expect(readMade(root, ml.key)).toEqual({ inputs: ml.inputs });
});
