import { expect, test } from 'vitest';
import { movedLocks } from './locks.ts';

const hash = (letter: string): string => `--hash=sha256:${letter.repeat(64)}`;
const lock = (...lines: string[]): string => lines.map((line) => `${line} \\\n    ${hash('a')}\n`).join('');
const path = 'images/asr/requirements.lock';
const moved = (before: string, after: string) =>
  movedLocks(new Map([[path, before]]), new Map([[path, after]]));

test.each<[string, string, string, string[]]>([
  [
    'moved, new and gone, by name',
    lock('torch==2.7.1', 'sympy==1.0', 'six==1.0'),
    lock('torch==2.8.0', 'six==1.0', 'numba==0.60'),
    ['new: numba 0.60', 'gone: sympy 1.0', 'torch 2.7.1 → 2.8.0'],
  ],
  // Fails where versions alone are compared: a release that got another wheel makes another lock.
  [
    'other hashes',
    lock('six==1.0'),
    lock('six==1.0').replaceAll('a'.repeat(64), 'b'.repeat(64)),
    ['the same versions in other files'],
  ],
  ['a lock that is new', '', lock('six==1.0'), ['new: six 1.0']],
])('%s', (_, before, after, packages) => {
  expect(moved(before, after)).toEqual([{ path, packages }]);
});

test('a lock that is the same, and what is no lock, are no moves', () => {
  expect(moved(lock('six==1.0'), lock('six==1.0'))).toEqual([]);
  expect(movedLocks(new Map(), new Map([['libs/versions/locks.json', '{}']]))).toEqual([]);
});
