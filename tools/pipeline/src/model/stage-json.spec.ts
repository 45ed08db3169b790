import { brief, problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { resolve } from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readStageJson, STAGE_JSON } from './stage-json.ts';

const FILE = 'images/x/stage.json';

test('what is not said is no', () => {
  const { json } = readStageJson('{ "inputs": {}, "outputs": {} }', FILE);
  expect(json).toEqual({ inputs: {}, outputs: {}, models: false, network: false, tokens: [] });
});

const whole = (lines: Readonly<Record<string, string>>): string =>
  `{\n${Object.entries({ inputs: '{ "--input": "film" }', outputs: '{ "--output": "a.json" }', ...lines })
    .map(([key, text]) => `"${key}": ${text}`)
    .join(',\n')}\n}`;

test('everything that can be said', () => {
  const text = whole({
    $schema: '"../../tools/pipeline/stage.schema.json"',
    inputs: '{ "--input": "a/b.json", "--two-words": ["a/c.tar.gz", "d-e/f_g.json"] }',
    models: 'true',
    network: 'true',
    tokens: '["HF_TOKEN"]',
  });
  expect(readStageJson(text, FILE).json).toMatchObject({
    inputs: { '--input': 'a/b.json', '--two-words': ['a/c.tar.gz', 'd-e/f_g.json'] },
    tokens: ['HF_TOKEN'],
  });
});

test.each<[what: string, text: string, line: number, message: string]>([
  ['nothing', '', 1, 'no JSON'],
  ['half of it', '{\n"inputs": {', 2, 'no JSON'],
  ['a comment', '{\n// why\n}', 2, 'no JSON'],
  ['a comma too many', '{\n"inputs": {},\n}', 3, 'no JSON'],
  ['a list', '[]', 1, 'expected object'],
  ['no outputs', '{\n"inputs": {} }', 1, 'outputs is missing'],
  ['an unknown key', whole({ modles: 'true' }), 4, 'modles is no key'],
  ['a word for yes', whole({ models: '"yes"' }), 4, 'models is wrong: expected boolean'],
  ['a value on a line of its own', whole({ models: '\n"yes"' }), 4, 'models is wrong'],
  ['an option without dashes', whole({ inputs: '{\n"input": "film"}' }), 3, 'inputs.input is no option'],
  ['a number for a file', whole({ inputs: '{\n"--input": 1}' }), 3, 'inputs.--input is neither'],
  ['a file without its stage', whole({ inputs: '{\n"--input": "a.wav"}' }), 3, 'neither film nor STAGE/FILE'],
  ['one in a list', whole({ inputs: '{\n"--input": ["a/b",\n"c"]}' }), 4, 'inputs.--input.1 is neither'],
  [
    'a way out',
    whole({ outputs: '{\n"--output": "../a.json"}' }),
    4,
    'outputs.--output is no plain file name',
  ],
  ['a folder', whole({ outputs: '{\n"--output": "a/b.json"}' }), 4, 'is no plain file name'],
  ['a hidden file', whole({ outputs: '{\n"--output": ".json"}' }), 4, 'is no plain file name'],
  ['a blank', whole({ outputs: '{\n"--output": "a b.json"}' }), 4, 'is no plain file name'],
  ['a value for a variable', whole({ tokens: '["HF_TOKEN=x"]' }), 4, 'tokens.0 is no environment variable'],
])('%s is told, with its line', (_, text, line, message) => {
  const problems = problemsOf(() => readStageJson(text, FILE));
  expect(problems.map(brief)).toEqual([`${FILE}:${String(line)} stage-json`]);
  expect(problems[0]?.message).toContain(message);
});

test('all that is wrong is told at once', () => {
  const text = whole({ outputs: '{ "--output": "/a" }', tokens: '[""]', more: '1' });
  expect(problemsOf(() => readStageJson(text, FILE))).toHaveLength(3);
});

// After a change of it: npx vitest run --project unit tools/pipeline --update
test("the editors' schema is this one", async () => {
  const schema = z.toJSONSchema(STAGE_JSON, { io: 'input' });
  const file = resolve(import.meta.dirname, '../../stage.schema.json');
  const text = await format(JSON.stringify(schema), {
    parser: 'json',
    objectWrap: 'collapse',
    printWidth: 110,
  });
  await expect(text).toMatchFileSnapshot(file);
});
