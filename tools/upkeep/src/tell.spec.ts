import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { markdownTable, tell, textTable } from './tell.ts';

test('a report is printed, or stands whole in a file; an empty one is an empty file', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const root = tempFolder();
  tell('all is well', undefined, root);
  expect(log).toHaveBeenCalledWith('all is well');
  tell('all is well', 'dist/upkeep/x.md', root);
  expect(readFileSync(join(root, 'dist/upkeep/x.md'), 'utf8')).toBe('all is well\n');
  tell('', 'dist/upkeep/x.md', root);
  expect(readFileSync(join(root, 'dist/upkeep/x.md'), 'utf8')).toBe('');
  expect(readdirSync(join(root, 'dist/upkeep'))).toEqual(['x.md']);
  log.mockRestore();
});

test('tables', () => {
  const rows = [
    ['what', 'now'],
    ['a', 'b | c'],
    ['longer', ''],
  ];
  expect(textTable(rows)).toBe('what    now\na       b | c\nlonger');
  expect(markdownTable(rows)).toBe('| what | now |\n| --- | --- |\n| a | b \\| c |\n| longer |  |');
});

test.each([
  ['ends no cell', 'a\nb|c', 'a b\\|c'],
  ['starts no tag', '<b>', '\\<b>'],
  ['calls nobody', 'by @octocat', 'by @\u200boctocat'],
  ['a backslash before a bar', 'a\\|b', 'a\\\\\\|b'],
])('what others wrote %s', (_, text, cell) => {
  expect(markdownTable([[text]]).split('\n')[0]).toBe(`| ${cell} |`);
});

test('a path may be absolute; where no file can be, a problem says so and nothing is left', () => {
  vi.spyOn(console, 'log').mockReturnValue();
  const [root, other] = [tempFolder(), tempFolder()];
  tell('all is well', join(other, 'x.md'), root);
  expect(readFileSync(join(other, 'x.md'), 'utf8')).toBe('all is well\n');
  expect(
    problemsOf(() => {
      tell('all is well', other, root);
    }),
  ).toMatchObject([{ code: 'report-file' }]);
  expect(readdirSync(root)).toEqual([]);
});
