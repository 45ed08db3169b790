import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { namesText, needsOf, sourceOfPlans, sourceOfRelease } from './needs.ts';
import { judgeTags } from './prune-engine.ts';
import { releaseWith } from './testing/release.ts';

const needs = needsOf([
  sourceOfPlans('main', [planWith()]),
  sourceOfPlans('next', [planWith(), planWith({ keyed: 'docker.io/o/app-asr:key-eeeeeeeeeeee' })]),
  sourceOfRelease('v1', releaseWith()),
]);

test('what is needed, and by what', () => {
  expect(Object.fromEntries(needs.tags)).toEqual({
    'o/app-asr:key-aaaaaaaaaaaa': ['main', 'next'],
    'o/app-asr:key-eeeeeeeeeeee': ['next'],
    'o/app-python:lock-cccccccccccc': ['main', 'next', 'v1'],
    'o/app-ml:key-aaaaaaaaaaaa': ['v1'],
    'o/app-asr:key-bbbbbbbbbbbb': ['v1'],
    'o/app-demux:key-dddddddddddd': ['v1'],
  });
  expect([...needs.digests.keys()]).toEqual(['a', 'b', 'd'].map((hex) => `sha256:${hex.repeat(64)}`));
  expect([...needs.repositories].sort()).toEqual(['o/app-asr', 'o/app-demux', 'o/app-ml', 'o/app-python']);
});

test.each<[tag: string, verdict: boolean | undefined]>([
  ['o/app-asr:key-aaaaaaaaaaaa', false],
  ['o/app-asr:key-bbbbbbbbbbbb', false],
  ['o/app-ml:key-bbbbbbbbbbbb', true],
  ['o/app-asr:key-ffffffffffff', true],
  ['docker.io/o/app-asr:key-ffffffffffff', true],
  ['o/app-asr:key-999999999999', false],
  ['o/app-asr:cuda', undefined],
  ['o/app-asr:key-mine', undefined],
  ['other/app-asr:key-ffffffffffff', undefined],
  ['127.0.0.1:5000/o/app-asr:key-ffffffffffff', undefined],
])('%s in the engine goes: %s', (tag, verdict) => {
  expect(judgeTags([tag], needs, ['key-999999999999']).map(({ remove }) => remove)).toEqual(
    verdict === undefined ? [] : [verdict],
  );
});

test('many names', () => {
  expect(namesText(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
});
