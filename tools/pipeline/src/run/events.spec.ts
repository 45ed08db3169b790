import { expect, test } from 'vitest';
import { readEvent, StageLines } from './events.ts';

test.each([
  ['{"level":"info","message":"transcribing: 43 %"}', 'info', 'transcribing: 43 %'],
  ['{"time":"t","level":"error","logger":"l","message":"no \\"x\\""}', 'error', 'no "x"'],
  ['Killed', 'plain', 'Killed'],
  ['{"level":"info"}', 'plain', '{"level":"info"}'],
  ['{"message":1,"level":2}', 'plain', '{"message":1,"level":2}'],
  ['null', 'plain', 'null'],
  ['{"level":', 'plain', '{"level":'],
])('%s', (line, level, message) => {
  expect(readEvent(line)).toEqual({ level, message });
});

const line = (level: string, message: string): string => JSON.stringify({ level, message });

test.each<[what: string, lines: string[], code: number, said: string[], end: object]>([
  ['done', [line('info', 'a'), line('warning', 'b')], 0, ['a', 'b'], { state: 'done' }],
  ['skipped', [line('info', 'skipped: all is there')], 0, [], { state: 'skipped', message: 'all is there' }],
  [
    'something skipped on the way',
    [line('info', 'skipped: a page'), line('info', 'wrote it')],
    0,
    ['skipped: a page', 'wrote it'],
    { state: 'done' },
  ],
  [
    'failed',
    [line('info', 'a'), line('error', 'b'), line('error', 'no model')],
    3,
    ['a', 'b'],
    { state: 'failed', message: 'no model (exit code 3)' },
  ],
  ['an error on the way', [line('error', 'b')], 0, ['b'], { state: 'done' }],
  [
    'crashed',
    ['Fatal Python error', ' ', 'Segmentation fault'],
    139,
    ['Fatal Python error'],
    { state: 'failed', message: 'Segmentation fault (exit code 139)' },
  ],
  [
    'killed',
    [line('info', 'a')],
    137,
    ['a'],
    { state: 'failed', message: 'it was killed, as happens when memory runs out (exit code 137)' },
  ],
  ['stopped', [], 143, [], { state: 'failed', message: 'it was stopped (exit code 143)' }],
  ['silent', [], 1, [], { state: 'failed', message: 'it has not said why (exit code 1)' }],
])('%s', (_, lines, code, said, end) => {
  const heard: string[] = [];
  const stage = new StageLines((text) => heard.push(text));
  for (const text of lines) stage.take(text);
  expect({ end: stage.end(code), heard }).toEqual({ end, heard: said });
});
