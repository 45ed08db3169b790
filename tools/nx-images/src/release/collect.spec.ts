import { ProblemError } from '@cp-whisperx-app/problem';
import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { fakeRegistry } from '../testing/published.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { collectImages } from './collect.ts';

const ML = planWith({
  name: 'ml',
  image: 'o/app-ml:cuda',
  keyed: 'o/app-ml:key-aaaaaaaaaaaa',
  base: undefined,
});
const ASR = planWith();
const plans = new Map([ML, ASR].map((plan) => [plan.name, plan]));

const registry = (prefix: string, names: readonly string[]) =>
  fakeRegistry(
    'a.example',
    Object.fromEntries(
      names.map((name) => [`${prefix}/o/app-${name}:key-aaaaaaaaaaaa`, { key: 'a'.repeat(64) }]),
    ),
    { prefix },
  );

const PUBLISH = 'NX_IMAGES_PUBLISH=true npx nx run-many -t docker-build';
const LINE = '    asr: a.example/scratch/o/app-asr:key-aaaaaaaaaaaa';

test.each<[what: string, others: Readonly<Record<string, readonly string[]>>, line: string, mend: string]>([
  ['there is no other registry', {}, LINE, PUBLISH],
  ['no registry has it', { team: ['ml'] }, LINE, PUBLISH],
  [
    'a later registry has all',
    { old: ['asr'], team: ['asr', 'ml'] },
    `${LINE}, which a.example/old and a.example/team has`,
    'NX_IMAGES_REGISTRY=a.example/team npx nx run images:release',
  ],
  [
    'a later registry has that one only',
    { team: ['asr'] },
    `${LINE}, which a.example/team has`,
    `NX_IMAGES_REGISTRY=a.example/scratch ${PUBLISH}`,
  ],
])('an image is missing, and %s', async (_what, others, line, mend) => {
  const rest = Object.entries(others).map(([prefix, names]) => registry(prefix, names));
  const problems = await problemsOfPromise(collectImages(plans, registry('scratch', ['ml']), rest));
  const message = `a.example/scratch does not have all images of these sources:\n${line}`;
  expect(problems).toEqual([{ code: 'release-incomplete', message, mend }]);
});

test('a later registry that fails does not hide what is missing, and is told', async () => {
  const failing = new ProblemError({ code: 'registry-unreachable', message: '', mend: '' });
  const broken = fakeRegistry('b.example', {}, { failing });
  const problems = await problemsOfPromise(collectImages(plans, registry('scratch', ['ml']), [broken]));
  expect(problems.map(({ code }) => code)).toEqual(['release-incomplete', 'registry-unreachable']);
});
