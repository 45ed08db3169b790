import { Readable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { problemsOfPromise } from '../testing/problems.ts';
import { stubDocker } from '../testing/stub-docker.ts';
import { loadArchive } from './engine.ts';

test('where docker ends before the archive does, it is told why', async () => {
  stubDocker([{ to: 'load', code: 1, stderr: 'Cannot connect to the Docker daemon at unix:///x.' }]);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const endless = new Readable({ read: () => undefined });
  expect((await problemsOfPromise(loadArchive(endless))).map(({ code }) => code)).toEqual(['no-engine']);
});
