import { afterEach, expect, test, vi } from 'vitest';
import { problemsOfPromise } from '../testing/problems.ts';
import { stubDocker, type Reply } from '../testing/stub-docker.ts';
import { publishingBuilder } from './publishing-builder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const engine = (driver: string, status: readonly (readonly string[])[]): readonly Reply[] => [
  {
    to: 'info',
    stdout: JSON.stringify({
      ServerVersion: '28.5.2',
      Driver: driver,
      DriverStatus: status,
      DockerRootDir: '/data',
      ClientInfo: { Context: 'desktop-linux' },
    }),
  },
  { to: 'buildx version', stdout: 'github.com/docker/buildx v0.29.1 a\n' },
];
const CONTAINERD = engine('overlayfs', [['driver-type', 'io.containerd.snapshotter.v1']]);
const OVERLAY2 = engine('overlay2', [['Backing Filesystem', 'extfs']]);

test('the engine itself, where its store can name layers that it does not have', async () => {
  vi.stubEnv('BUILDX_BUILDER', '');
  stubDocker(CONTAINERD);
  expect(await publishingBuilder()).toEqual({
    name: 'desktop-linux',
    label: 'Docker 28.5.2 (containerd), buildx 0.29.1',
    seesEngine: true,
    dataRoot: '/data',
  });
});

test('not the engine where it keeps images in overlay2; the mend is a command', async () => {
  vi.stubEnv('BUILDX_BUILDER', '');
  stubDocker(OVERLAY2);
  const [problem] = await problemsOfPromise(publishingBuilder());
  expect(problem).toMatchObject({
    code: 'store-cannot-publish',
    mend: expect.stringContaining('docker buildx create') as string,
  });
});

test.each([
  ['no engine', undefined],
  ['the containerd store', CONTAINERD],
  ['overlay2', OVERLAY2],
])('the builder of docker’s own variable, with %s, and no engine is asked', async (_what, replies) => {
  vi.stubEnv('BUILDX_BUILDER', 'far');
  const calls = stubDocker(replies);
  expect(await publishingBuilder()).toEqual({ name: 'far', label: 'builder far', seesEngine: false });
  expect(calls()).toEqual([]);
});
