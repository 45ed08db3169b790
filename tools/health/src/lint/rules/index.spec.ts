import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { RULES } from './index.ts';

test('each rule has a bad example, stands in the file of its name, and in the docs', () => {
  const names = RULES.map(({ name }) => name).sort();
  const files = readdirSync(import.meta.dirname).filter((file) => !file.startsWith('index.'));
  const specs = files.filter((file) => file.endsWith('.spec.ts'));
  const rules = files.filter((file) => !specs.includes(file));
  const hasExamples = (spec: string): boolean =>
    readFileSync(join(import.meta.dirname, spec), 'utf8').includes('\nexamples(import.meta.filename, [\n');
  const docs = readFileSync('docs/lint.md', 'utf8');
  expect(
    specs
      .filter(hasExamples)
      .map((file) => basename(file, '.spec.ts'))
      .sort(),
  ).toEqual(names);
  expect(rules.map((file) => basename(file, '.ts')).sort()).toEqual(names);
  expect([...docs.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name).sort()).toEqual(names);
});
