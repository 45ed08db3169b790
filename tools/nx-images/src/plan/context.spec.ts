import { chmodSync, mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { contextFiles } from './context.ts';
import { sha256 } from './key.ts';

const PATHS = [
  ...['README.md', 'a.txt', 'Z.txt', 'a/x.py', 'a/b/y.py', 'a/b/c/z.md', '.hidden', 'sp ace/q'],
  ...['src/m.py', 'src/pkg/n.py', 'src/pkg/README.md', 'src/pkg/__pycache__/n.pyc', 'tests/t.py'],
];

const all = (...without: readonly string[]): readonly string[] => [
  ...PATHS.filter((path) => !without.some((part) => path === part || path.startsWith(part))),
  '.dockerignore',
];

// Each row was compared with what Docker 28.5 copies by `COPY . /`.
test.each<[what: string, rules: string, left: readonly string[]]>([
  ['no rules', '', all()],
  ['an allow-list', '*\n!src\n**/__pycache__', ['src/m.py', 'src/pkg/n.py', 'src/pkg/README.md']],
  ['the last rule that matches wins', '!src\n*', []],
  ['a file of an ignored folder brought back', 'a\n!a/b/c', all('a/x.py', 'a/b/y.py')],
  ['a file brought back from everywhere', '**\n!**/*.md', ['README.md', 'a/b/c/z.md', 'src/pkg/README.md']],
  ['** for any depth', '**/*.py\n!a/b/y.py', all('a/x.py', 'src/m.py', 'src/pkg/n.py', 'tests/t.py')],
  ['* for one level only', '*.md', all('README.md')],
  ['* inside a path', 'a/*/y.py', all('a/b/y.py')],
  ['a name is not looked for in depth', 'pkg', all()],
  ['** before a name', '**/pkg', all('src/pkg/')],
  ['a folder, with white space and comments', '# a.txt\n\n  a/  \n', all('a/')],
  ['from the root', '/a', all('a/')],
  ['by ./', './a', all('a/')],
  ['a path that is not clean', 'x/../a', all('a/')],
  ['a class of letters', '[ab].txt', all('a.txt')],
  ['in the case it has', 'A.TXT', all()],
  ['one letter', '?.txt', all('a.txt', 'Z.txt')],
  ['a name with a blank', 'sp ace', all('sp ace/')],
  ['a hidden file', '.hidden', all('.hidden')],
  ['CRLF', '*\r\n!src/m.py\r\n', ['src/m.py']],
  ['a byte order mark', '\uFEFF*\n!src/m.py', ['src/m.py']],
])('.dockerignore: %s', (_what, rules, left) => {
  const folder = tempFolder();
  writeFiles(folder, { ...Object.fromEntries(PATHS.map((path) => [path, path])), '.dockerignore': rules });
  expect(Object.keys(contextFiles(folder)).sort()).toEqual([...left].sort());
});

test.each<
  [what: string, files: Readonly<Record<string, string>>, dockerfile: string | undefined, left: string]
>([
  [
    "a Dockerfile's own goes before",
    { 'Dockerfile.dockerignore': 'a', '.dockerignore': 'b' },
    'Dockerfile',
    'b',
  ],
  ['nobody asked for a Dockerfile', { 'Dockerfile.dockerignore': 'a', '.dockerignore': 'b' }, undefined, 'a'],
  ['an empty one of its own ignores nothing', { 'D.dockerignore': '', '.dockerignore': 'b' }, 'D', 'a b'],
  ['none of its own', { '.dockerignore': 'b' }, 'Dockerfile', 'a'],
  ['none at all', {}, 'Dockerfile', 'a b'],
])('%s', (_what, files, dockerfile, left) => {
  const folder = tempFolder();
  writeFiles(folder, { a: 'a', b: 'b', ...files });
  const found = Object.keys(contextFiles(folder, dockerfile)).filter((path) => !path.endsWith('ignore'));
  expect(found.sort().join(' ')).toBe(left);
});

test('a file is its content, a symbolic link its target', () => {
  const folder = tempFolder();
  writeFiles(folder, { 'a/x': 'text' });
  symlinkSync('a', join(folder, 'folder'));
  symlinkSync('nowhere', join(folder, 'broken'));
  expect(contextFiles(folder)).toEqual({ 'a/x': sha256('text'), folder: 'link:a', broken: 'link:nowhere' });
});

test('no name of a file is lost', () => {
  const folder = tempFolder();
  writeFiles(folder, { ['__proto__']: 'text', constructor: 'text' });
  expect(Object.keys(contextFiles(folder)).sort()).toEqual(['__proto__', 'constructor']);
});

test.each<[what: string, moves: boolean, change: (folder: string) => void]>([
  [
    'the mode',
    false,
    (folder) => {
      chmodSync(join(folder, 'a/x'), 0o755);
    },
  ],
  [
    'the time',
    false,
    (folder) => {
      utimesSync(join(folder, 'a/x'), 1, 1);
    },
  ],
  [
    'an empty folder',
    false,
    (folder) => {
      mkdirSync(join(folder, 'a/empty'));
    },
  ],
  [
    'the content',
    true,
    (folder) => {
      writeFiles(folder, { 'a/x': 'next' });
    },
  ],
  [
    'a line end',
    true,
    (folder) => {
      writeFiles(folder, { 'a/x': 'text\n' });
    },
  ],
  [
    'a new file',
    true,
    (folder) => {
      writeFiles(folder, { 'a/y': '' });
    },
  ],
])('%s moves it: %s', (_what, moves, change) => {
  const folder = tempFolder();
  writeFiles(folder, { 'a/x': 'text' });
  const before = contextFiles(folder);
  change(folder);
  const same = JSON.stringify(contextFiles(folder)) === JSON.stringify(before);
  expect(same).toBe(!moves);
});
