import { ProblemError } from '@cp-whisperx-app/problem';
import { expect, test } from 'vitest';
import { lookAt, type Asks } from './look.ts';

const conflict = (code = 'conflict') =>
  new ProblemError({
    code,
    message: 'asr asks for whisperx, which needs numpy<2.1.0\n  uv: because',
    mend: 'x',
  });
const numpy = { names: ['numpy'], ours: '2.0.2', newest: '2.4.0' };

/** A family that takes these versions alone, and what the resolver picks with free pins, below each version. */
function family(takes: readonly string[], picks: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const tried: string[] = [];
  const asks: Asks = {
    tryAt: (names, version) => {
      tried.push(`${names.join('+')} ${version}`);
      return takes.includes(version) ? Promise.resolve([`image of ${version}`]) : Promise.reject(conflict());
    },
    together: (_, { below }) => Promise.resolve(picks[below] && new Map(Object.entries(picks[below]))),
  };
  return { asks, tried };
}

test('the newest, where it resolves', async () => {
  const { asks, tried } = family(['2.4.0'], {});
  expect(await lookAt(numpy, asks)).toEqual({
    ...numpy,
    couldTake: '2.4.0',
    blockedBy: undefined,
    rebuilds: ['image of 2.4.0'],
  });
  expect(tried).toEqual(['numpy 2.4.0']);
});

const steps = { '2.4.0': { numpy: '2.3.0' }, '2.3.0': { numpy: '2.0.9' } };
test.each([
  // Fails where what is blocked is told as not to be had at all.
  ['the newest that resolves, and what blocks a newer one', ['2.3.0', '2.0.9'], '2.3.0', ['image of 2.3.0']],
  // Fails where the resolver's first choice is taken for the family's, or is the last that is tried.
  ['the next, where the locks refuse the first choice', ['2.0.9'], '2.0.9', ['image of 2.0.9']],
  ['none, where they refuse all', [], undefined, []],
])('%s', async (_, takes, couldTake, rebuilds) => {
  expect(await lookAt(numpy, family(takes, steps).asks)).toEqual({
    ...numpy,
    couldTake,
    blockedBy: 'asr asks for whisperx, which needs numpy<2.1.0',
    rebuilds,
  });
});

// Fails where a pair is tried at versions that it doesn't have in common, or given up at the first of them.
test('a pair is tried where the resolver picks one version for both', async () => {
  const { asks, tried } = family(['2.8.0'], {
    '2.9.1': { torch: '2.9.0', torchaudio: '2.8.1' },
    '2.9.0': { torch: '2.8.0', torchaudio: '2.8.0' },
  });
  const torch = { names: ['torch', 'torchaudio'], ours: '2.7.1', newest: '2.9.1' };
  expect(await lookAt(torch, asks)).toMatchObject({ couldTake: '2.8.0' });
  expect(tried).toEqual(['torch+torchaudio 2.9.1', 'torch+torchaudio 2.8.0']);
});

// Fails where a resolver that always finds something keeps it busy for ever.
test('ends', async () => {
  const { asks } = family([], {});
  const endless: Asks = { ...asks, together: () => Promise.resolve(new Map([['numpy', '2.3.0']])) };
  expect(await lookAt(numpy, endless)).toMatchObject({ couldTake: undefined });
});

// Fails where a dead index makes every package "blocked".
test('an index that does not answer is a problem, and no answer', async () => {
  const asks: Asks = {
    tryAt: () => Promise.reject(conflict('uv-failed')),
    together: () => Promise.resolve(undefined),
  };
  await expect(lookAt(numpy, asks)).rejects.toThrow('uv-failed');
});
