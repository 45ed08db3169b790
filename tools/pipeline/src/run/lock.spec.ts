import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdWork } from './lock.ts';

test('a second run in one folder is refused, and after the first is not', () => {
  const work = tempFolder();
  const free = holdWork(work);
  const [problem] = problemsOf(() => holdWork(work));
  expect(problem).toMatchObject({ code: 'work-in-use' });
  expect(problem?.message).toContain(`process ${process.pid}`);
  free();
  expect(existsSync(join(work, '.running'))).toBe(false);
  holdWork(work)();
});

test.each([
  ['a process that has ended', () => String(spawnSync('true').pid)],
  ['nothing that is a number', () => 'x'],
  ['nothing', () => ''],
])('what is left and names %s holds nobody up', (_, content) => {
  const work = tempFolder();
  writeFileSync(join(work, '.running'), content());
  expect(() => holdWork(work)).not.toThrow();
});
