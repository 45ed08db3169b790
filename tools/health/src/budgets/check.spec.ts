import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { checkBudgets, updateBudgets } from './check.ts';
import { isAudited } from './files.ts';
import { comparisonMarkdown, comparisonText } from './tell.ts';
import { recordOf } from './testing/record.ts';

const MB = 1_000_000;
const IMAGES = ['asr', 'mux'].map((name) => ({ name, folder: `images/${name}`, key: 'key' }));

/** A workspace with the audits of two images. */
function workspace(files: Readonly<Record<string, string>> = {}, opt = 100 * MB): string {
  const root = tempFolder();
  for (const { name } of IMAGES)
    writeFiles(root, {
      [`images/${name}/Dockerfile`]: '',
      [`dist/audit/${name}.json`]: JSON.stringify(
        recordOf({
          name,
          layers: [['COPY /opt', name === 'asr' ? opt : MB, { torch: ['2.7.1', opt - MB] }]],
        }),
      ),
    });
  writeFiles(root, files);
  return root;
}

const codes = (root: string): readonly string[] =>
  checkBudgets(root, IMAGES).problems.map(({ code, file }) => `${file ?? ''} ${code}`);

test('an image without a budget fails, with the command; after that it fits', () => {
  const root = workspace();
  expect(codes(root)).toEqual(['images/asr/budget.json no-budget', 'images/mux/budget.json no-budget']);
  expect(updateBudgets(root, IMAGES)).toEqual(['asr', 'mux']);
  expect(codes(root)).toEqual([]);
  expect(updateBudgets(root, IMAGES)).toEqual([]);
});

test('some images alone: the budget of another is no stray one', () => {
  const root = workspace();
  updateBudgets(root, IMAGES);
  const [asr] = IMAGES;
  expect(checkBudgets(root, asr === undefined ? [] : [asr], IMAGES)).toMatchObject({
    comparisons: [{ name: 'asr' }],
    problems: [],
  });
});

test.each([
  ['an audit of what it is', 'asr', 'key', true],
  ['one of other sources', 'asr', 'other', false],
  ['none', 'tmdb', 'key', false],
])('an image with %s', (_, name, key, audited) => {
  expect(isAudited(workspace(), { name, folder: `images/${name}`, key })).toBe(audited);
});

test('what update writes is as prettier has it', async () => {
  const root = workspace();
  updateBudgets(root, IMAGES);
  const text = readFileSync(join(root, 'images/asr/budget.json'), 'utf8');
  const config = await resolveConfig('package.json');
  expect(await check(text, { ...config, filepath: 'budget.json' })).toBe(true);
});

test('update keeps the tolerance that somebody gave', () => {
  const root = workspace({
    'images/asr/budget.json': '{ "tolerance": 0.3, "layers": {}, "packages": {} }',
  });
  updateBudgets(root, IMAGES);
  expect(readFileSync(join(root, 'images/asr/budget.json'), 'utf8')).toContain('"tolerance": 0.3,');
});

test('one that can not be read: the others are told, and update writes none', () => {
  const root = workspace();
  updateBudgets(root, IMAGES);
  writeFiles(root, { 'images/asr/budget.json': '{' });
  const { comparisons, problems } = checkBudgets(root, IMAGES);
  expect(comparisons.map(({ name }) => name)).toEqual(['mux']);
  expect(problems.map(({ code }) => code)).toEqual(['budget-file']);
  expect(problemsOf(() => updateBudgets(root, IMAGES)).map(({ code }) => code)).toEqual(['budget-file']);
  expect(readFileSync(join(root, 'images/asr/budget.json'), 'utf8')).toBe('{');
});

test.each<[what: string, audit: string]>([
  ['of another state of the sources', JSON.stringify(recordOf({ name: 'asr', key: 'old', layers: [] }))],
  ['of another version', '{"schema": 0}'],
  ['cut off', '{"schema'],
])('an audit %s is none', (_, audit) => {
  const root = workspace();
  updateBudgets(root, IMAGES);
  writeFiles(root, { 'dist/audit/asr.json': audit });
  expect(codes(root)).toEqual(['dist/audit/asr.json no-audit']);
});

test('the budget of an image that is gone', () => {
  const root = workspace();
  updateBudgets(root, IMAGES);
  writeFiles(root, { 'images/old/budget.json': '{}', 'images/other/README.md': '' });
  expect(codes(root)).toEqual(['images/old/budget.json budget-without-image']);
});

test('what a run and a pull request are told', () => {
  const root = workspace();
  updateBudgets(root, IMAGES);
  const grown = JSON.stringify(
    recordOf({ name: 'asr', layers: [['COPY /opt', 150 * MB, { torch: ['2.8.0', 149 * MB] }]] }),
  );
  writeFiles(root, { 'dist/audit/asr.json': grown });
  const { comparisons } = checkBudgets(root, IMAGES);
  expect(comparisonText(comparisons)).toBe(
    [
      '       own    budget    change  image',
      '  150.0 MB  100.0 MB  +50.0 MB  asr   torch: 99.0 MB → 149.0 MB (+50.0 MB), 2.7.1 → 2.8.0',
      '    1.0 MB    1.0 MB         =  mux',
    ].join('\n'),
  );
  expect(comparisonMarkdown(comparisons)).toBe(
    [
      '| image | own | budget | change | layers over budget | packages |',
      '|---|---|---|---|---|---|',
      '| **asr** | 150.0 MB | 100.0 MB | +50.0 MB | COPY /opt: 100.0 MB → 150.0 MB (+50.0 MB) | torch: 99.0 MB → 149.0 MB (+50.0 MB), 2.7.1 → 2.8.0 |',
      '| mux | 1.0 MB | 1.0 MB |  |  |  |',
      '',
    ].join('\n'),
  );
});

test('an image that shrank is told, with the command, and does not fail', () => {
  const root = workspace({}, 150 * MB);
  updateBudgets(root, IMAGES);
  writeFiles(root, {
    'dist/audit/asr.json': JSON.stringify(recordOf({ name: 'asr', layers: [['COPY /opt', 100 * MB, {}]] })),
  });
  expect(codes(root)).toEqual([]);
  expect(comparisonText(checkBudgets(root, IMAGES).comparisons)).toContain(
    `npx nx run images:budgets:update\n  asr: all its layers: 150.0 MB → 100.0 MB (−50.0 MB)`,
  );
});
