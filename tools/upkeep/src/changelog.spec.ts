import { expect, test } from 'vitest';
import { addEntry } from './changelog.ts';

test.each<[string, string, string]>([
  [
    'at the end of what is unreleased',
    '# Changelog\n\n## Unreleased\n\n- one\n- two\n  goes on\n\n## 1.0\n\n- old\n',
    '# Changelog\n\n## Unreleased\n\n- one\n- two\n  goes on\n- torch 2\n\n## 1.0\n\n- old\n',
  ],
  [
    'where it is the last section',
    '# Changelog\n\n## Unreleased\n\n- one\n',
    '# Changelog\n\n## Unreleased\n\n- one\n- torch 2\n',
  ],
  [
    'where it is empty',
    '# Changelog\n\n## Unreleased\n\n## 1.0\n\n- old\n',
    '# Changelog\n\n## Unreleased\n\n- torch 2\n\n## 1.0\n\n- old\n',
  ],
  // Fails where a release that is out gets the entry.
  [
    'where there is none',
    '# Changelog\n\n## 1.0\n\n- old\n',
    '# Changelog\n\n## Unreleased\n\n- torch 2\n\n## 1.0\n\n- old\n',
  ],
  ['where nothing was written yet', '# Changelog\n', '# Changelog\n\n## Unreleased\n\n- torch 2\n'],
])('an entry stands %s', (_, before, after) => {
  expect(addEntry(before, 'torch 2')).toBe(after);
});

test('a long entry goes on in the next line, indented, with all its words', () => {
  const entry = Array.from({ length: 40 }, (_, index) => `package-${String(index)}`).join(' ');
  const lines = addEntry('# Changelog\n', entry).split('\n').slice(4);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(140);
  expect(lines.slice(1).every((line) => line === '' || /^ {2}\S/.test(line))).toBe(true);
  expect(lines.join(' ').replace(/\s+/g, ' ').trim()).toBe(`- ${entry}`);
});
