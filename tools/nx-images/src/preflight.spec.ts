import { expect, test } from 'vitest';
import { checkRoom, roomProblem } from './preflight.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { planWith } from './testing/plan.ts';
import { brief, problemsOfPromise } from './testing/problems.ts';

test.each<[free: number | undefined, enough: boolean]>([
  [2e9, true],
  [1.5e9, true],
  [1.4e9, false],
  [0, false],
  [undefined, true],
])('%s bytes free of 1.5 GB needed: %s', (free, enough) => {
  const problem = roomProblem('asr', { download: 1, disk: 1.5e9 }, '/engine', free);
  expect(problem === undefined).toBe(enough);
});

test('too small a disk: how much is needed, where, and what gives room', () => {
  expect(roomProblem('base-ml, asr', { download: 1, disk: 32e9 }, '/engine', 1.25e9)).toMatchObject({
    code: 'disk-too-small',
    message: 'base-ml, asr need 32.0 GB in /engine, and 1.3 GB are free',
    mend: expect.stringContaining('prune') as string,
  });
});

/** What is said and what is wrong with this size.json, where the engine's data lies in `dataRoot`. */
async function check(sizes: string | undefined, dataRoot = '/'): Promise<readonly string[]> {
  const root = tempFolder();
  if (sizes !== undefined) writeFiles(root, { 'images/asr/size.json': sizes });
  const said: string[] = [];
  const problems = await problemsOfPromise(
    checkRoom([planWith()], root, dataRoot, (line) => {
      said.push(line.replace(/, [\d.]+ GB are free/, ', … free'));
    }),
  );
  return [...said, ...problems.map(brief)];
}

test.each<[what: string, sizes: string | undefined, dataRoot: string | undefined, told: readonly string[]]>([
  ['nothing is known', undefined, undefined, []],
  [
    'there is room',
    '{"download":2.5e6,"disk":1}',
    '/',
    ['a cold build of asr fetches 0.0 GB and fills 0.0 GB, … free'],
  ],
  [
    'there is none',
    '{"download":3e9,"disk":9e15}',
    '/',
    ['a cold build of asr fetches 3.0 GB and fills 9000000.0 GB, … free', ': disk-too-small'],
  ],
  [
    'the engine is on another machine',
    '{"download":3e9,"disk":9e15}',
    '/no/such/folder',
    ['a cold build of asr fetches 3.0 GB and fills 9000000.0 GB'],
  ],
  ['no JSON', '{', '/', ['images/asr/size.json:1 size-file']],
  ['a number is missing', '{"download":1}', '/', ['images/asr/size.json:1 size-file']],
])('before a build: %s', async (_what, sizes, dataRoot, told) => {
  expect(await check(sizes, dataRoot)).toEqual(told);
});

test('the costs of all cold images are told as one sum', async () => {
  const root = tempFolder();
  writeFiles(root, {
    'images/base/size.json': '{"download":1e9,"disk":2e9}',
    'images/asr/size.json': '{"download":2e9,"disk":9e15}',
  });
  const said: string[] = [];
  const plans = [planWith({ name: 'base', context: 'images/base' }), planWith()];
  const problems = await problemsOfPromise(checkRoom(plans, root, '/no/such', (line) => said.push(line)));
  expect(problems).toEqual([]);
  expect(said).toEqual(['a cold build of base, asr fetches 3.0 GB and fills 9000002.0 GB']);
});
