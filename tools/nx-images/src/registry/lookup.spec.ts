import { ProblemError } from '@cp-whisperx-app/problem';
import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { fakeRegistry } from '../testing/published.ts';
import type { Registry } from './client.ts';
import { Lookup, referenceIn } from './lookup.ts';

const ASR = planWith();
const ML = planWith({
  name: 'ml',
  image: 'o/app-ml:cuda',
  keyed: 'o/app-ml:key-bbbbbbbbbbbb',
  key: 'b'.repeat(64),
  base: undefined,
});
const GOOD = {
  [ASR.keyed]: { key: ASR.key, diffIds: ['a', 'b'] },
  [ML.keyed]: { key: ML.key, diffIds: ['a'] },
};

const problem = (code: string): ProblemError =>
  new ProblemError({ code, message: 'it is not well', mend: 'wait' });

function lookupIn(
  registries: readonly Registry[],
  strict = false,
): { readonly lookup: Lookup; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const lookup = new Lookup(registries, strict, (line) => {
    warnings.push(line);
  });
  return { lookup, warnings };
}

const hostOf = async (
  found: Promise<{ readonly reference: string } | undefined>,
): Promise<string | undefined> => (await found)?.reference.split('/')[0];

test('a registry is asked once for each thing, also by two at once, also for what it has not', async () => {
  const registry = fakeRegistry('r.example', { [ASR.keyed]: { key: ASR.key } });
  const { lookup } = lookupIn([registry]);
  await Promise.all([lookup.image(ASR, ML), lookup.image(ASR, ML)]);
  await lookup.image(ML, undefined);
  expect([...registry.asked].sort()).toEqual([ASR.keyed, ML.keyed]);
});

test('what is there now is asked for anew, and nothing else', async () => {
  const registry = fakeRegistry('r.example', GOOD);
  const { lookup } = lookupIn([registry]);
  await lookup.image(ASR, ML);
  lookup.forget(ASR);
  await lookup.image(ASR, ML);
  expect([...registry.asked].sort()).toEqual([ASR.keyed, ASR.keyed, ML.keyed]);
});

test('the first registry that has it, and no further', async () => {
  const [none, first, second] = [
    fakeRegistry('none.example', {}),
    fakeRegistry('first.example', GOOD),
    fakeRegistry('second.example', GOOD),
  ];
  const { lookup, warnings } = lookupIn([none, first, second]);
  expect(await hostOf(lookup.image(ASR, ML))).toBe('first.example');
  expect(second.asked).toEqual([]);
  expect(warnings).toEqual([]);
});

test('a registry that is not well is told of once, asked no more, and the next answers', async () => {
  const [broken, well] = [
    fakeRegistry('broken.example', {}, { failing: problem('registry-unreachable') }),
    fakeRegistry('well.example', GOOD),
  ];
  const { lookup, warnings } = lookupIn([broken, well]);
  const both = [lookup.image(ASR, undefined), lookup.image(ML, undefined)].map(hostOf);
  expect(await Promise.all(both)).toEqual(['well.example', 'well.example']);
  const asked = broken.asked.length;
  await lookup.reference('o/app-python:lock-1');
  expect(broken.asked).toHaveLength(asked);
  expect(warnings).toEqual([expect.stringMatching(/it is not well; wait\n.*without broken\.example/)]);
});

test.each([
  ['another key', { [ASR.keyed]: { key: 'c'.repeat(64) }, [ML.keyed]: GOOD[ML.keyed] ?? {} }],
  ['another platform', { ...GOOD, [ASR.keyed]: { key: ASR.key, os: 'windows', diffIds: ['a'] } }],
  ['another base', { ...GOOD, [ASR.keyed]: { key: ASR.key, diffIds: ['x', 'b'] } }],
  ['damage', { ...GOOD, [ASR.keyed]: { config: '{' } }],
])('an image with %s is told of and passed over; the registry stays', async (_what, images) => {
  const [wrong, right] = [fakeRegistry('wrong.example', images), fakeRegistry('right.example', GOOD)];
  const { lookup, warnings } = lookupIn([wrong, right]);
  expect(await hostOf(lookup.image(ASR, ML))).toBe('right.example');
  expect(warnings).toHaveLength(1);
  expect(await hostOf(lookup.image(ML, undefined))).toBe('wrong.example');
  expect(warnings).toHaveLength(1);
});

test.each(['registry-unreachable', 'registry-denied', 'registry-key-mismatch'])(
  'where results are wanted there, %s is an error',
  async (code) => {
    const { lookup, warnings } = lookupIn(
      [fakeRegistry('r.example', GOOD, { failing: problem(code) })],
      true,
    );
    expect((await problemsOfPromise(lookup.image(ASR, ML))).map((problem) => problem.code)).toEqual([code]);
    const reference = lookup.reference('o/app-python:lock-1');
    expect((await problemsOfPromise(reference)).map((problem) => problem.code)).toEqual([code]);
    expect(warnings).toEqual([]);
  },
);

test('results go to the first: another that fails is gone without', async () => {
  const second = fakeRegistry('second.example', {}, { failing: problem('registry-unreachable') });
  const { lookup, warnings } = lookupIn([fakeRegistry('first.example', {}), second], true);
  expect(await lookup.image(ASR, ML)).toBeUndefined();
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('This run goes on without second.example');
});

test('a bug is thrown, strict or not', async () => {
  const { lookup } = lookupIn([fakeRegistry('r.example', {}, { failing: new TypeError('bug') })]);
  await expect(lookup.image(ASR, undefined)).rejects.toThrow(TypeError);
});

test('an image without its base there stands on what its key says', async () => {
  const { lookup } = lookupIn([fakeRegistry('r.example', { [ASR.keyed]: { key: ASR.key } })]);
  expect(await hostOf(lookup.image(ASR, ML))).toBe('r.example');
});

test('a name in the first registry that has it', async () => {
  const { lookup } = lookupIn([
    fakeRegistry('a.example', {}),
    fakeRegistry('b.example', { 'o/app-python:lock-1': {} }),
  ]);
  expect(await lookup.reference('o/app-python:lock-1')).toBe('b.example/o/app-python:lock-1');
  expect(await lookup.reference('o/app-python:lock-2')).toBeUndefined();
});

test('no registries: nothing is anywhere', async () => {
  const { lookup } = lookupIn([], true);
  expect(await lookup.image(ASR, ML)).toBeUndefined();
  expect(await lookup.reference('o/a:1')).toBeUndefined();
});

test.each([
  ['', 'r.example/o/app-asr:cuda'],
  ['acme', 'r.example/acme/o/app-asr:cuda'],
])('a name in a registry, under %j', (prefix, reference) => {
  expect(referenceIn(fakeRegistry('r.example', {}, { prefix }), 'o/app-asr:cuda')).toBe(reference);
});
