import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { workspace } from '../engine.ts';
import { entriesOf, PAGE, reproducedIn, rowsOf, unseen } from './page.ts';

const text = readFileSync(join(workspace, PAGE), 'utf8');
const entries = entriesOf(text);
const ids = entries.map(({ id }) => id);

it('each entry is reproduced by one test, and each test reproduces an entry', () => {
  const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.spec.ts'));
  const tested = sources.flatMap((name) =>
    reproducedIn(readFileSync(join(import.meta.dirname, name), 'utf8')),
  );
  expect(tested.toSorted()).toEqual(ids.toSorted());
});

it('the table leads to each entry, in their order', () => {
  expect(rowsOf(text).map(({ id }) => id)).toEqual(ids);
});

it('what a row shows stands in its entry', () => {
  for (const { see, id } of rowsOf(text)) {
    const entry = text.slice(text.indexOf(entries.find((one) => one.id === id)?.see[0] ?? ''));
    const shown = [...see.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words);
    expect(shown.length, id).toBeGreaterThan(0);
    for (const words of shown) expect(unseen([words], entry.split('\n## ')[0] ?? ''), id).toEqual([]);
  }
});

test.each([
  ['an exact text', 'no engine (x)', 'nx: no engine (x)', true],
  ['any words between', 'need … GB in …, and', 'asr need 3 GB in /e, and', true],
  ['a word that is another', 'needs … GB', 'need 3 GB', false],
  ['words on two lines', 'one … two', 'one\ntwo', false],
  ['signs that a pattern would take for others', 'a.c', 'abc', false],
])('what one sees: %s', (_what, line, output, found) => {
  expect(unseen([line], output)).toEqual(found ? [] : [line]);
});

test.each([
  ['no block', '## A\n\ntext\n'],
  ['one block alone', '## A\n\n    seen\n'],
])('an entry with %s is refused', (_what, page) => {
  expect(() => entriesOf(page)).toThrow(/"a" wants a block/);
});

test('an entry: anchor, what one sees, its last block as the mend, and where that stands', () => {
  const page =
    "## It can't, or won't\n\n    seen\n\ntext\n\n    between\n\n    one \\\n      two\n\n## Next\n\n    a\n\nb\n\n    c\n";
  expect(entriesOf(page).map(({ id }) => id)).toEqual(['it-cant-or-wont', 'next']);
});

test('reproductions are found in a source', () => {
  const source = "reproduces('one', as, f);\nreproduces(\n  'two',\n  as\n);\n// reproduces('three')\n";
  expect(reproducedIn(source)).toEqual(['one', 'two']);
});
