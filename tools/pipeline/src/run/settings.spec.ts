import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { checkSettings } from './settings.ts';

const STAGES = ['asr', 'silero-vad'];

test.each([
  ['', 'empty'],
  ['[asr]\nmodel = "x"\n[silero-vad]\nthreshold = 0.5\n', 'tables of stages'],
  ['model = "x"\n', 'no tables: for a stage by itself'],
  ['\uFEFF[asr]\nmodel = "x"\n', 'a byte order mark'],
])('%j is fine (%s)', (text) => {
  expect(
    problemsOf(() => {
      checkSettings(text, 's.toml', STAGES);
    }),
  ).toEqual([]);
});

test.each<[text: string, line: number, code: string, message: string]>([
  ['[asr]\nmodel = "x"\n\n  [ asrr ]\n', 4, 'settings-table', 'there is no stage asrr'],
  ['["sub tle"]\na = 1\n', 1, 'settings-table', 'there is no stage sub tle'],
  ['[asrr.words]\na = 1\n', 1, 'settings-table', 'there is no stage asrr'],
  ['[asr]\nmodel = x\n', 2, 'settings-toml', 'this is no TOML'],
])('%j is refused, with its line', (text, line, code, message) => {
  const [problem] = problemsOf(() => {
    checkSettings(text, 's.toml', STAGES);
  });
  expect(problem).toMatchObject({ code, file: 's.toml', line });
  expect(problem?.message).toContain(message);
});
