import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { Builder } from './engine/build.ts';
import { ensureHits, tellHits, tellPublished } from './hits.ts';
import type { EnsureContext, Ensured } from './places/context.ts';
import { KEY_LABEL, type BuildPlan } from './plan/plan.ts';
import { readOwnReceipt, readReceipt, receiptPath, writeReceipt, type Receipt } from './receipt.ts';
import { Lookup } from './registry/lookup.ts';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { planWith } from './testing/plan.ts';
import { fakeRegistry } from './testing/published.ts';
import { stubDocker } from './testing/stub-docker.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const PLAN: BuildPlan = planWith({ base: undefined, bases: {}, python: undefined });

const contextIn = (root: string, said: string[]): EnsureContext => ({
  root,
  plans: new Map([[PLAN.name, PLAN]]),
  together: [PLAN.name],
  place: 'engine',
  registries: new Lookup([fakeRegistry('r.example', {})], false, () => undefined),
  keyNow: () => PLAN.key,
  builder: new Builder(root),
  say: (line) => {
    said.push(line);
  },
});

const inspected = JSON.stringify({
  Id: 'sha256:here',
  RepoTags: [PLAN.keyed, PLAN.image],
  Config: { Labels: { [KEY_LABEL]: PLAN.key } },
  RootFS: { Layers: ['sha256:1'] },
  Size: 7,
});
const ENGINE = [
  { to: 'image inspect', stdout: `${inspected}\n` },
  { to: 'image history', stdout: '{"CreatedBy":"RUN a","Size":"7"}\n' },
];

const receipt = (change: Partial<Receipt> = {}): Receipt => ({
  schema: 2,
  name: PLAN.name,
  image: PLAN.image,
  key: PLAN.key,
  places: { engine: 'sha256:here' },
  layers: [],
  build: { seconds: 5, by: 'the one that stood there' },
  inputs: PLAN.inputs,
  ...change,
});
const ELSEWHERE = receipt({ places: { engine: 'sha256:elsewhere' }, build: { seconds: 9, by: 'elsewhere' } });

test.each<
  [
    what: string,
    restored: unknown,
    own: Receipt | undefined,
    builtBy: string | undefined,
    said: readonly string[],
  ]
>([
  ['one that tells of this place stays', receipt(), undefined, 'the one that stood there', []],
  [
    'one from elsewhere gives way to that of this machine',
    ELSEWHERE,
    receipt(),
    'the one that stood there',
    [],
  ],
  ['one from elsewhere is written anew where this machine has none', ELSEWHERE, undefined, undefined, []],
  ['one of another key is written anew', receipt({ key: 'old' }), undefined, undefined, []],
  ['so are two of another key', receipt({ key: 'old' }), receipt({ key: 'old' }), undefined, []],
  ['none is written', undefined, undefined, undefined, []],
  [
    'one of another version is told of',
    { schema: 1 },
    undefined,
    undefined,
    ['asr: its receipt is of another version of this plugin; it is written anew'],
  ],
])('the receipt of a hit: %s', async (_what, restored, own, builtBy, said) => {
  const root = tempFolder();
  if (own !== undefined) writeReceipt(root, own);
  rmSync(join(root, receiptPath('asr')), { force: true });
  if (restored !== undefined) writeFiles(root, { [receiptPath('asr')]: JSON.stringify(restored) });
  const lines: string[] = [];
  stubDocker(ENGINE);
  await ensureHits(['asr'], contextIn(root, lines));
  expect(readReceipt(root, 'asr')).toMatchObject({ key: PLAN.key, places: { engine: 'sha256:here' } });
  expect((readReceipt(root, 'asr') as Receipt).build?.by).toBe(builtBy);
  expect(lines).toEqual(said);
  if (builtBy === undefined) expect(readOwnReceipt(root, 'asr')?.places).toEqual({ engine: 'sha256:here' });
});

test.each<[hows: readonly Ensured['how'][], line: string]>([
  [['found', 'found'], '2 hits, 2 images in the engine, 0 of them built anew'],
  [
    ['found', 'built', 'brought', 'brought'],
    '4 hits, 4 images in the engine, 1 of them built anew, 2 fetched from the registry',
  ],
])('a run of hits in one line: %j', (hows, line) => {
  expect(tellHits(hows.map((how) => ({ plan: PLAN, how })))).toBe(line);
});

test.each([
  ['an engine that has it', ENGINE, 1],
  ['no engine', undefined, 0],
])('a publishing run in one line, with %s', async (_what, replies, loaded) => {
  stubDocker(replies);
  const context = contextIn(tempFolder(), []);
  writeReceipt(context.root, receipt({ places: { registry: 'r.example/o/app-asr@sha256:1' } }));
  expect(await tellPublished(['asr'], context)).toContain(
    `1 images in r.example, ${String(loaded)} loaded here`,
  );
});

test('a publishing run tells which registry has how many, one of them lying within another', async () => {
  stubDocker(undefined);
  const names = ['asr', 'demux', 'vad'];
  const within = fakeRegistry('r.example', {}, { prefix: 'scratch' });
  const context = {
    ...contextIn(tempFolder(), []),
    plans: new Map(names.map((name) => [name, { ...PLAN, name }])),
    registries: new Lookup([within, fakeRegistry('r.example', {})], true, () => undefined),
  };
  for (const name of names)
    writeReceipt(
      context.root,
      receipt({ name, places: { registry: `r.example/${name === 'asr' ? 'scratch/' : ''}o@sha256:1` } }),
    );
  expect(await tellPublished(names, context)).toContain(
    '1 images in r.example/scratch, 2 images in r.example, 0 loaded here',
  );
});
