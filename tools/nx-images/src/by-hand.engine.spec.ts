import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inspect, run, runOrThrow, search } from './testing/docker.ts';
import { ALL, Family } from './testing/family.ts';

let family: Family;
beforeAll(async () => {
  family = await Family.create();
  expect(await family.build()).toMatchObject({ code: 0, builds: ALL });
});
afterAll(() => family.dispose());

const BUILDER = process.env['NX_IMAGES_ARG_BUILDER'];

/** As docs/build.md tells people to build one image while they work on its Dockerfile. */
const byHand = (): Parameters<typeof run> => [
  'docker',
  [
    ...['build', '--platform=linux/amd64', '--build-context=shared=libs/shared', '--progress=plain'],
    ...(BUILDER === undefined ? [] : [`--build-arg=BUILDER=${BUILDER}`]),
    ...[`--tag=${family.image('leaf-low:by-hand')}`, 'images/leaf-low'],
  ],
  { cwd: family.root },
];

test('plain docker build makes the same layers', async () => {
  await runOrThrow(...byHand());
  const [ours, theirs] = [
    await inspect(family.image('leaf-low:latest')),
    await inspect(family.image('leaf-low:by-hand')),
  ];
  expect(theirs?.RootFS.Layers).toEqual(ours?.RootFS.Layers);
});

test('the leaves run what they are made of', async () => {
  for (const [leaf, locks] of [
    ['low', 'base-one.txt leaf-low.txt'],
    ['high', 'base-one.txt base-three.txt base-two.txt leaf-high.txt'],
  ] as const) {
    const said = await runOrThrow('docker', [
      'run',
      '--rm',
      '--network=none',
      family.image(`leaf-${leaf}:latest`),
    ]);
    expect(said).toBe(`${leaf} shared ${locks}`);
  }
});

test('plain docker build says which base is missing', async () => {
  await family.remove(['base:one']);
  const { code, output } = await run(...byHand());
  expect(code).not.toBe(0);
  expect(output).toContain(`${family.image('base:one')}: failed to resolve source metadata`);
});

test('a secret is in no layer and in no history', async () => {
  const secret = `token-${createHash('sha256').update(family.prefix).digest('hex')}`;
  await family.write('dist/token', secret);
  // A lock like no other: BuildKit has no such step in its cache, and runs it.
  await family.append('images/leaf-high/requirements.lock', `# ${family.prefix}`);
  const build = await family.build({ env: { NX_IMAGES_SECRET_TOKEN: join(family.root, 'dist/token') } });
  expect(build, build.output).toMatchObject({ code: 0, builds: ['leaf-high'] });
  // The step had it: it prints what it read.
  expect(await family.read('dist/images/leaf-high.log')).toContain(
    createHash('sha256').update(secret).digest('hex'),
  );
  expect(await search(family.image('leaf-high:latest'), ['only-leaf-high==1.0', secret])).toEqual([
    'only-leaf-high==1.0',
  ]);
});
