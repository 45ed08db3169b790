import { afterEach, expect, test, vi } from 'vitest';
import { checkRoom } from './preflight.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { planWith } from './testing/plan.ts';
import { problemsOfPromise } from './testing/problems.ts';
import { stubDocker } from './testing/stub-docker.ts';

const MEND = 'docker image prune -a; docker buildx prune -a';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What is said and what is wrong with this size.json, where the engine's data lies in `dataRoot`. */
async function check(sizes: string | undefined, dataRoot = '/', kept = '0B'): Promise<readonly string[]> {
  const root = tempFolder();
  stubDocker([{ to: 'buildx du --builder b', stdout: `Reclaimable:\t1B\nTotal:\t\t${kept}\n` }]);
  if (sizes !== undefined) writeFiles(root, { 'images/asr/size.json': sizes });
  const said: string[] = [];
  const problems = await problemsOfPromise(
    checkRoom([planWith()], root, { dataRoot, builder: 'b' }, (line) => {
      said.push(line);
    }),
  );
  const told = problems.map(({ code, file, line, message, mend }) =>
    code === 'size-file' ? `${file ?? ''}:${line ?? ''} ${code}` : `${code}: ${message}; ${mend}`,
  );
  return [...said, ...told].map((line) => line.replace(/[\d.]+ GB are free/, '… free'));
}

test.each<
  [
    what: string,
    sizes: string | undefined,
    dataRoot: string | undefined,
    told: readonly string[],
    kept?: string,
  ]
>([
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
    [
      'a cold build of asr fetches 3.0 GB and fills 9000000.0 GB, … free',
      `disk-too-small: asr need 9000000.0 GB in /, and … free; ${MEND}`,
    ],
  ],
  [
    'there is none, and the builder keeps too little',
    '{"download":3e9,"disk":9e15}',
    '/',
    [
      'a cold build of asr fetches 3.0 GB and fills 9000000.0 GB, … free',
      `disk-too-small: asr need 9000000.0 GB in /, and … free; ${MEND}`,
    ],
    '67.31GB',
  ],
  [
    'there is none, and the builder may keep it all under another name',
    '{"download":3e9,"disk":9e15}',
    '/',
    [
      'a cold build of asr fetches 3.0 GB and fills 9000000.0 GB, … free',
      'warning: there is room only if the 9000000.0 GB that the builder keeps are some of it; else the build stops at a full disk',
    ],
    '9000TB',
  ],
  [
    'the engine is on another machine',
    '{"download":3e9,"disk":9e15}',
    '/no/such/folder',
    ['a cold build of asr fetches 3.0 GB and fills 9000000.0 GB'],
  ],
  ['no JSON', '{', '/', ['images/asr/size.json:1 size-file']],
  ['a number is missing', '{"download":1}', '/', ['images/asr/size.json:1 size-file']],
])('before a build: %s', async (_what, sizes, dataRoot, told, kept) => {
  expect(await check(sizes, dataRoot, kept)).toEqual(told);
});

test('the costs of all cold images are told as one sum', async () => {
  const root = tempFolder();
  writeFiles(root, {
    'images/base/size.json': '{"download":1e9,"disk":2e9}',
    'images/asr/size.json': '{"download":2e9,"disk":9e15}',
  });
  const said: string[] = [];
  const plans = [planWith({ name: 'base', context: 'images/base' }), planWith()];
  const engine = { dataRoot: '/no/such', builder: 'b' };
  const problems = await problemsOfPromise(checkRoom(plans, root, engine, (line) => said.push(line)));
  expect(problems).toEqual([]);
  expect(said).toEqual(['a cold build of base, asr fetches 3.0 GB and fills 9000002.0 GB']);
});
