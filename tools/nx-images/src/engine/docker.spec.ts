import { afterEach, expect, test, vi } from 'vitest';
import { problemsOfPromise } from '../testing/problems.ts';
import { stubDocker, type Reply } from '../testing/stub-docker.ts';
import {
  cacheSize,
  engineInfo,
  freeDisk,
  imageHistory,
  inspectImages,
  pullImage,
  removeImages,
  tagImage,
} from './docker.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const NO_ENGINE = 'Cannot connect to the Docker daemon at unix:///nope. Is the docker daemon running?\n';
const codes = async (call: Promise<unknown>): Promise<readonly string[]> =>
  (await problemsOfPromise(call)).map(({ code }) => code);

const inspected = (id: string, tags: readonly string[] | null, config: object | null = null): string =>
  `${JSON.stringify({ Id: id, RepoTags: tags, Config: config, Os: 'linux', Architecture: 'amd64', RootFS: { Layers: ['sha256:1'] }, Size: 7, Created: '2026-11-28T16:56:06Z' })}\n`;

test('an image as the engine has it', async () => {
  stubDocker([
    { to: 'image inspect', stdout: inspected('sha256:a', ['o/a:1', 'o/a:key-1'], { Labels: { x: 'y' } }) },
  ]);
  expect([...(await inspectImages(['o/a:key-1']))]).toEqual([
    [
      'o/a:key-1',
      {
        id: 'sha256:a',
        tags: ['o/a:1', 'o/a:key-1'],
        labels: { x: 'y' },
        diffIds: ['sha256:1'],
        size: 7,
        created: '2026-11-28T16:56:06Z',
      },
    ],
  ]);
});

test.each<
  [what: string, asked: readonly string[], reply: Omit<Reply, 'to'>, found: Readonly<Record<string, string>>]
>([
  [
    'all there',
    ['o/a:1', 'o/b:1'],
    { stdout: inspected('A', ['o/a:1']) + inspected('B', ['o/b:1']) },
    { 'o/a:1': 'A', 'o/b:1': 'B' },
  ],
  [
    'one missing',
    ['o/a:1', 'o/b:1'],
    {
      stdout: inspected('B', ['o/b:1']),
      stderr: 'Error response from daemon: No such image: o/a:1\n',
      code: 1,
    },
    { 'o/b:1': 'B' },
  ],
  [
    'all missing',
    ['o/a:1', 'o/b:1'],
    { stdout: '\n', stderr: 'Error: No such image: o/a:1\nError: No such image: o/b:1\n', code: 1 },
    {},
  ],
  [
    'a name moved to another image',
    ['o/a:key-1', 'o/a:1'],
    { stdout: inspected('A', ['o/a:key-1']) + inspected('X', ['o/a:1']) },
    { 'o/a:key-1': 'A', 'o/a:1': 'X' },
  ],
  [
    'two names of one image',
    ['o/a:1', 'o/a:2'],
    { stdout: inspected('A', ['o/a:2', 'o/a:1']) },
    { 'o/a:1': 'A', 'o/a:2': 'A' },
  ],
  [
    'asked for with docker.io/',
    ['docker.io/o/a:1'],
    { stdout: inspected('A', ['o/a:1']) },
    { 'docker.io/o/a:1': 'A' },
  ],
  ['asked for by id', ['sha256:a'], { stdout: inspected('sha256:a', null) }, { 'sha256:a': 'sha256:a' }],
])('images: %s', async (_what, asked, reply, found) => {
  stubDocker([{ to: 'image inspect', ...reply }]);
  const images = await inspectImages(asked);
  expect(Object.fromEntries([...images].map(([reference, { id }]) => [reference, id]))).toEqual(found);
});

test('nothing asked, no call', async () => {
  const calls = stubDocker([]);
  expect(await inspectImages([])).toEqual(new Map());
  expect(calls()).toEqual([]);
});

test.each<[code: string, what: string, replies: readonly Reply[] | undefined]>([
  ['no-docker', 'no docker client', undefined],
  ['no-engine', 'no engine', [{ to: '', stdout: '[]\n', stderr: NO_ENGINE, code: 1 }]],
  ['engine-error', 'an engine in trouble', [{ to: '', stderr: 'Error response from daemon: boom', code: 1 }]],
])('%s, whatever is asked of docker: %s', async (code, _what, replies) => {
  stubDocker(replies);
  const calls = [
    () => inspectImages(['o/a:1']),
    () => imageHistory('a'),
    () => tagImage('a', 'b'),
    () => removeImages(['a']),
    () => pullImage('a', () => undefined),
    engineInfo,
  ];
  for (const call of calls) expect(await codes(call())).toEqual([code]);
});

const info = (change: object = {}): string =>
  JSON.stringify({
    ServerVersion: '28.5.2+dfsg4',
    Driver: 'overlayfs',
    DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']],
    DockerRootDir: '/data',
    ClientInfo: { Context: 'desktop-linux' },
    ...change,
  });
const BUILDX = {
  to: 'buildx version',
  stdout: 'github.com/docker/buildx v0.29.1 a32761aeb3debd39be1eca514af3693af0db334b\n',
};

test.each<[what: string, change: object, expected: object]>([
  [
    'containerd store',
    {},
    {
      name: 'Docker 28.5.2+dfsg4 (containerd), buildx 0.29.1',
      store: 'containerd',
      builder: 'desktop-linux',
      dataRoot: '/data',
    },
  ],
  [
    'overlay2 store',
    { Driver: 'overlay2', DriverStatus: [['Backing Filesystem', 'extfs']] },
    { name: 'Docker 28.5.2+dfsg4 (overlay2), buildx 0.29.1', store: 'overlay2' },
  ],
  ['no word on the store', { Driver: 'vfs', DriverStatus: null }, { store: 'vfs' }],
  [
    'the oldest that will do',
    { ServerVersion: '23.0.0' },
    { name: 'Docker 23.0.0 (containerd), buildx 0.29.1' },
  ],
])('the engine: %s', async (_what, change, expected) => {
  stubDocker([{ to: 'info', stdout: info(change) }, BUILDX]);
  expect(await engineInfo()).toMatchObject(expected);
});

test.each<[code: string, what: string, replies: readonly Reply[]]>([
  [
    'engine-too-old',
    'Docker 20.10',
    [{ to: 'info', stdout: info({ ServerVersion: '20.10.24+dfsg1' }) }, BUILDX],
  ],
  [
    'no-buildx',
    'a client without the plugin',
    [
      { to: 'info', stdout: info() },
      { to: 'buildx', stderr: 'docker: unknown command: docker buildx\n', code: 1 },
    ],
  ],
  [
    'no-engine',
    'a client of Docker 20.10, which exits with 0',
    [{ to: 'info', stdout: info({ ServerVersion: '', ServerErrors: [NO_ENGINE] }) }, BUILDX],
  ],
])('%s: %s', async (code, _what, replies) => {
  stubDocker(replies);
  expect(await codes(engineInfo())).toEqual([code]);
});

test('history, newest first, in bytes', async () => {
  const calls = stubDocker([
    {
      to: 'image history',
      stdout: '{"CreatedBy":"USER 1000","Size":"0"}\n{"CreatedBy":"","Size":"131891200"}\n',
    },
  ]);
  expect(await imageHistory('o/a:1')).toEqual([
    { createdBy: 'USER 1000', size: 0 },
    { createdBy: '', size: 131891200 },
  ]);
  expect(calls()).toEqual(['image history --no-trunc --human=false --format {{json .}} o/a:1']);
});

test('a name is moved', async () => {
  const calls = stubDocker([{ to: 'image tag' }]);
  await tagImage('o/a:key-1', 'o/a:1');
  expect(calls()).toEqual(['image tag o/a:key-1 o/a:1']);
});

test('names are taken away, all in one call', async () => {
  const calls = stubDocker([{ to: 'image rm' }]);
  await removeImages(['o/a:1', 'o/a:2']);
  expect(calls()).toEqual(['image rm o/a:1 o/a:2']);
});

test('an image is brought, and told layer by layer as they have come', async () => {
  const reference = `r.example/o/a@sha256:${'1'.repeat(64)}`;
  const stdout = [
    `${reference}: Pulling from o/a`,
    '1f3e46996e29: Pulling fs layer',
    '2aa4b1a6b0a1: Already exists',
    '1f3e46996e29: Download complete',
    '1f3e46996e29: Pull complete',
    `Digest: sha256:${'1'.repeat(64)}`,
    '',
  ].join('\n');
  const calls = stubDocker([{ to: 'pull', stdout }]);
  const said: string[] = [];
  await pullImage(reference, (line) => {
    said.push(line);
  });
  expect(calls()).toEqual([`pull ${reference}`]);
  expect(said).toEqual(['  layer 2aa4b1a6b0a1: Already exists', '  layer 1f3e46996e29: Pull complete']);
});

test.each([
  ['Shared:\t\t56.52GB\nPrivate:\t10.8GB\nReclaimable:\t51.32GB\nTotal:\t\t67.31GB\n', 67.31e9],
  ['Reclaimable:\t4.1kB\nTotal:\t\t4.1kB\n', 4100],
  ['Reclaimable:\t0B\nTotal:\t\t0B\n', 0],
  ['', 0],
])('what a builder keeps: %j', async (stdout, bytes) => {
  stubDocker([{ to: 'buildx du --builder b', stdout }]);
  expect(await cacheSize('b')).toBeCloseTo(bytes);
});

test('free disk: bytes, or unknown for a folder of another machine', async () => {
  expect(await freeDisk('/')).toBeGreaterThan(0);
  expect(await freeDisk('/no/such/folder')).toBeUndefined();
});
