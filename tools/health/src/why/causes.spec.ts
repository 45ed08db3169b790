import type { KeyInputs } from '@cp-whisperx-app/nx-images/api';
import { expect, test } from 'vitest';
import { causesOf } from './causes.ts';
import { hash, inputs } from './testing/inputs.ts';

/** A chain root ← cpu ← ml ← asr at one moment: what stands in each, and in the folder that all have. */
interface State {
  readonly cpu?: string;
  readonly ml?: string;
  readonly asr?: string;
  readonly shared?: string;
}

const NAMES = ['cpu', 'ml', 'asr'] as const;

/** The inputs of each image of a state by its key, and the key of each. */
function keysOf(state: State): { inputs: Map<string, KeyInputs>; of: Record<string, string> } {
  const all = new Map<string, KeyInputs>();
  const of: Record<string, string> = {};
  NAMES.forEach((name, index) => {
    const base = NAMES[index - 1];
    const own = inputs({
      files: { '': { file: hash(state[name] ?? '') }, shared: { code: hash(state.shared ?? '') } },
      bases: base === undefined ? {} : { [base]: of[base] ?? '' },
    });
    of[name] = hash(JSON.stringify(own));
    all.set(of[name], own);
  });
  return { inputs: all, of };
}

/** Causes for asr, as `WHAT of IMAGE > IMAGE…`. */
function causes(was: State, now: State, forgotten: readonly string[] = []): string[] {
  const [before, after] = [keysOf(was), keysOf(now)];
  const known = new Map([...before.inputs, ...after.inputs]);
  for (const name of forgotten) known.delete(before.of[name] ?? '');
  const stateOf = ({ inputs: all, of }: ReturnType<typeof keysOf>): KeyInputs =>
    all.get(of['asr'] ?? '') ?? inputs();
  return causesOf('asr', stateOf(before), stateOf(after), {
    inputsOf: (key) => known.get(key),
    foldersOf: (name) => ({
      dockerfile: `images/${name}/Dockerfile`,
      context: `images/${name}`,
      folders: { shared: 'libs/shared' },
    }),
  }).map(({ what, through }) => `${what} of ${through.join(' > ')}`);
}

test.each<[what: string, now: State, causes: string[]]>([
  ['nothing', {}, []],
  ['its own file', { asr: 'x' }, ['images/asr/file of asr']],
  ['a file of its base', { ml: 'x' }, ['images/ml/file of ml > asr']],
  [
    'a file of the base of its base: not the keys between',
    { cpu: 'x' },
    ['images/cpu/file of cpu > ml > asr'],
  ],
  [
    'files of several: the first one first',
    { asr: 'x', cpu: 'x' },
    ['images/cpu/file of cpu > ml > asr', 'images/asr/file of asr'],
  ],
  ['a folder that all have: once, of the first', { shared: 'x' }, ['libs/shared/code of cpu > ml > asr']],
])('%s', (_what, now, expected) => {
  expect(causes({}, now)).toEqual(expected);
});

test('a base whose former inputs nobody kept is the cause itself', () => {
  expect(causes({}, { cpu: 'x' }, ['ml'])).toEqual(['base ml of asr']);
  expect(causes({}, { cpu: 'x' }, ['cpu'])).toEqual(['base cpu of ml > asr']);
});
