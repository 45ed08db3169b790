import { describe, expect, test } from 'vitest';
import { pipelineWithout } from '../testing/stages.ts';
import { gpuArguments, stageArguments, type Container } from './arguments.ts';
import type { RunOptions } from './options.ts';

const OPTIONS: RunOptions = {
  film: '/films/A film.mkv',
  work: '/work/a',
  skip: [],
  offline: false,
  network: 'bridge',
  device: 'auto',
  models: { type: 'volume', source: 'models' },
  force: false,
};
const CONTAINER: Container = {
  name: 'run-1-x',
  image: 'o/app:key-1',
  user: '7:8',
  gpu: ['--gpus=all'],
  environment: new Set(),
};
const args = (
  name: string,
  options: Partial<RunOptions> = {},
  container: Partial<Container> = {},
): readonly string[] => {
  const stage = pipelineWithout().find((one) => one.name === name);
  if (stage === undefined) throw new Error(name);
  return stageArguments(stage, { ...OPTIONS, ...options }, { ...CONTAINER, ...container });
};

test('a stage may write in its folder and /tmp, and sees the film, as the user who runs the pipeline', () => {
  expect(args('demux')).toEqual([
    ...[
      'run',
      '--rm',
      '--name=run-1-x',
      '--pull=never',
      '--network=none',
      '--read-only',
      '--tmpfs=/tmp:exec',
    ],
    ...['--cap-drop=ALL', '--security-opt=no-new-privileges', '--user=7:8'],
    '--mount=type=bind,source=/work/a,target=/data',
    '--mount=type=bind,source=/films/A film.mkv,target=/film/A film.mkv,readonly',
    'o/app:key-1',
    '--input=/film/A film.mkv',
    '--output=/data/demux/audio.wav',
    '--metadata=/data/demux/audio.json',
    '--log-format=json',
  ]);
});

test('with all that there is', () => {
  const options = { config: '/home/me/s.toml', force: true } as const;
  expect(args('fine', options, { environment: new Set(['HF_TOKEN', 'TMDB_TOKEN']) })).toEqual([
    ...[
      'run',
      '--rm',
      '--name=run-1-x',
      '--pull=never',
      '--network=bridge',
      '--read-only',
      '--tmpfs=/tmp:exec',
    ],
    ...['--cap-drop=ALL', '--security-opt=no-new-privileges', '--user=7:8', '--gpus=all'],
    '--mount=type=bind,source=/work/a,target=/data',
    '--mount=type=volume,source=models,target=/models',
    '--mount=type=bind,source=/home/me/s.toml,target=/settings.toml,readonly',
    '--env=HF_TOKEN',
    'o/app:key-1',
    '--input=/data/demux/audio.wav',
    '--speech=/data/vad/speech.json',
    '--output=/data/fine/speech.json',
    '--config=/settings.toml',
    '--force',
    '--log-format=json',
  ]);
});

test.each<[stage: string, offline: boolean, network: string, variable: boolean]>([
  ['demux', false, 'none', false],
  ['fine', false, 'n', false],
  ['info', false, 'n', false],
  ['demux', true, 'none', true],
  ['fine', true, 'none', true],
  ['info', true, 'n', false],
])('%s, offline %s: network %s', (stage, offline, network, variable) => {
  const given = args(stage, { offline, network: 'n' });
  expect(given).toContain(`--network=${network}`);
  expect(given.includes('--env=HF_HUB_OFFLINE=1')).toBe(variable);
});

test('a token that is not set is not handed over, and never its value', () => {
  expect(args('fine').join(' ')).not.toContain('HF_TOKEN');
});

test('where the system has no user ids, none is given', () => {
  expect(args('demux', {}, { user: undefined }).join(' ')).not.toContain('--user');
});

test.each([
  ['A, B.mkv', '--mount=type=bind,"source=/f/A, B.mkv","target=/film/A, B.mkv",readonly'],
  ['A: "B".mkv', '--mount=type=bind,"source=/f/A: ""B"".mkv","target=/film/A: ""B"".mkv",readonly'],
])('a film named %s is mounted under its name', (film, mount) => {
  expect(args('mux', { film: `/f/${film}` })).toContain(mount);
});

describe('GPUs', () => {
  const none = ['--env=NVIDIA_VISIBLE_DEVICES=void'];
  const cdi = ['nvidia.com/gpu=0', 'nvidia.com/gpu=all'];
  test.each<['auto' | 'cpu' | 'gpu', runtimes: string[], devices: string[], given: string[]]>([
    ['auto', ['runc'], [], none],
    ['auto', ['runc', 'nvidia'], [], ['--gpus=all']],
    ['auto', ['runc'], cdi, ['--device=nvidia.com/gpu=all']],
    ['auto', ['runc', 'nvidia'], cdi, ['--gpus=all']],
    ['auto', ['runc'], ['vendor.com/net=all'], none],
    ['cpu', ['runc', 'nvidia'], cdi, none],
    ['gpu', ['runc'], [], ['--gpus=all']],
    ['gpu', ['runc'], cdi, ['--device=nvidia.com/gpu=all']],
  ])('%s, with runtimes %j and devices %j', (device, runtimes, devices, given) => {
    expect(gpuArguments(device, { runtimes, devices })).toEqual(given);
  });
});
