import { stubDocker } from '@cp-whisperx-app/nx-images/testing/stub-docker';
import { getEventListeners } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { engineGpus, runContainer } from './engine.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('a container is run to its end: its lines, its code, and nothing left listening', async () => {
  const calls = stubDocker([{ to: 'run --rm o/x', stderr: 'one\ntwo', code: 3 }]);
  const stop = new AbortController();
  const lines: string[] = [];
  const code = await runContainer('c', ['run', '--rm', 'o/x'], (line) => lines.push(line), stop.signal);
  expect({ code, lines, calls: calls() }).toEqual({
    code: 3,
    lines: ['one', 'two'],
    calls: ['run --rm o/x'],
  });
  expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
});

test.each<[what: string, info: object, gpus: object]>([
  ['a runtime', { Runtimes: { runc: {}, nvidia: {} } }, { runtimes: ['runc', 'nvidia'], devices: [] }],
  [
    'CDI devices',
    { Runtimes: { runc: {} }, DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=all' }] },
    { runtimes: ['runc'], devices: ['nvidia.com/gpu=all'] },
  ],
  ['nothing', { Runtimes: null, DiscoveredDevices: null }, { runtimes: [], devices: [] }],
])('an engine with %s', async (_, info, gpus) => {
  stubDocker([{ to: 'info', stdout: JSON.stringify(info) }]);
  expect(await engineGpus()).toEqual(gpus);
});

test('an engine that does not say has no GPU', async () => {
  stubDocker([{ to: 'info', stderr: 'no engine', code: 1 }]);
  expect(await engineGpus()).toEqual({ runtimes: [], devices: [] });
});
