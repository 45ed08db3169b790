import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { replaceFiles } from './replace-files.ts';

let root: string;
const textsOf = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(root)
      .sort()
      .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
  );

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replace-'));
  for (const name of ['a', 'b', 'c']) writeFileSync(join(root, name), `old ${name}`);
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
});

test('writes what is another, names it, and leaves no draft', () => {
  expect(
    replaceFiles(
      root,
      new Map([
        ['a', 'new'],
        ['b', 'old b'],
        ['d', 'made'],
      ]),
    ),
  ).toEqual(['a', 'd']);
  expect(textsOf()).toEqual({ a: 'new', b: 'old b', c: 'old c', d: 'made' });
});

// Fails where files are written one after the other: `a` would be new and `b` old.
test('changes nothing where one of them can not be written', () => {
  const texts = new Map([
    ['a', 'new'],
    ['no-such-folder/b', 'new'],
    ['c', 'new'],
  ]);
  expect(() => replaceFiles(root, texts)).toThrow('no-such-folder');
  expect(textsOf()).toEqual({ a: 'old a', b: 'old b', c: 'old c' });
});

test('leaves signals as they were', () => {
  const listeners = process.listenerCount('SIGINT');
  mkdirSync(join(root, 'folder'));
  replaceFiles(root, new Map([['folder/x', 'made']]));
  expect(process.listenerCount('SIGINT')).toBe(listeners);
  rmSync(join(root, 'folder'), { recursive: true });
});
