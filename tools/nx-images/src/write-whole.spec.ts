import { spawnSync } from 'node:child_process';
import { linkSync, readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { tempFolder, writeFiles } from './testing/folders.ts';
import { draftOf, removeDrafts, withDraft, writeWhole } from './write-whole.ts';

test.each([
  ['in folders that are not there yet', 'a/b/x', 'text'],
  ['in place of another', 'old', 'text'],
  ['with nothing in it', 'x', ''],
  ['of bytes that are no text', 'x', Buffer.from([0xff, 0x00])],
])('a file %s', (_what, path, content) => {
  const root = tempFolder();
  writeFiles(root, { old: 'old' });
  writeWhole(join(root, path), content);
  expect(readFileSync(join(root, path))).toEqual(Buffer.from(content));
  expect(readdirSync(join(root, path, '..'))).not.toContainEqual(expect.stringMatching(/\.part$/));
});

// Fails where the text is written into the file itself: a reader would see a part of it.
test('whoever reads the old file goes on reading the old text', () => {
  const root = tempFolder();
  writeFiles(root, { x: 'old' });
  linkSync(join(root, 'x'), join(root, 'reader'));
  writeWhole(join(root, 'x'), 'new');
  expect(readFileSync(join(root, 'reader'), 'utf8')).toBe('old');
});

// Fails where a half-written file stays, and where a draft does.
test.each([
  ['the disk is full', 'ENOSPC', 'x', '/dev/full'],
  ['a folder has its name', 'EISDIR', 'x/inside', undefined],
])('where %s, all is as it was', (_when, code, old, full) => {
  const root = tempFolder();
  const file = join(root, 'x');
  writeFiles(root, { [old]: 'old' });
  if (full !== undefined) symlinkSync(full, draftOf(file));
  expect(() => {
    writeWhole(file, 'new');
  }).toThrow(code);
  expect(readFileSync(join(root, old), 'utf8')).toBe('old');
  expect(readdirSync(root)).toEqual(['x']);
});

// Fails where two processes share one draft name: the second takes the draft of the first away.
test('two processes write one file at once, and neither fails', () => {
  const root = tempFolder();
  const file = join(root, 'x');
  withDraft(file, 'first', (draft) => {
    const pid = vi.spyOn(process, 'pid', 'get').mockReturnValue(process.pid + 1);
    writeWhole(file, 'second');
    pid.mockRestore();
    expect(readFileSync(file, 'utf8')).toBe('second');
    renameSync(draft, file);
  });
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(readdirSync(root)).toEqual(['x']);
});

test('drafts of processes that are no more go, others stay', () => {
  const folder = tempFolder();
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  writeFiles(folder, { [`a.${dead}.part`]: '', [`b.${process.ppid}.part`]: '', c: '' });
  removeDrafts(folder);
  removeDrafts(join(folder, 'nowhere'));
  expect(readdirSync(folder)).toEqual([`b.${process.ppid}.part`, 'c']);
});
