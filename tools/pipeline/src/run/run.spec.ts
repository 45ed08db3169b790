import { expect, test } from 'vitest';
import type { RunOptions } from './options.ts';
import { outside } from './run.ts';

const OPTIONS: RunOptions = {
  film: '/films/a & $1.mkv',
  work: '/w/a',
  config: '/c/s.toml',
  skip: [],
  offline: false,
  network: 'bridge',
  device: 'auto',
  models: { type: 'volume', source: 'm' },
  force: false,
};

test.each([
  ['/film/a & $1.mkv has no audio', '/films/a & $1.mkv has no audio'],
  ['settings file /settings.toml: no', 'settings file /c/s.toml: no'],
  ['wrote /data/demux/audio.wav, /data/demux/x', 'wrote /w/a/demux/audio.wav, /w/a/demux/x'],
  ['/opt/data/x and /datafile stay', '/opt/data/x and /datafile stay'],
])('%j is said as %j', (line, said) => {
  expect(outside(line, OPTIONS)).toBe(said);
});
