import { expect, test } from 'vitest';
import { pipelineWithout } from '../testing/stages.ts';
import { docsPage } from './docs.ts';

const page = docsPage(pipelineWithout());

test('what is written by hand stays, what is made is made anew', () => {
  const mine = page.replace('# The pipeline\n', '# Mine\n\nBefore.\n') + '\nAfter.\n';
  const changed = docsPage(pipelineWithout('fine'), mine);
  expect(changed).toMatch(/^# Mine\n\nBefore\.\n/);
  expect(changed).toMatch(/\nAfter\.\n$/);
  expect(changed).toContain('Order: demux, info, vad, asr, mux.');
  expect(changed.match(/Order: /g)).toHaveLength(1);
  expect(docsPage(pipelineWithout(), changed)).toBe(mine);
});

test('a page without the block gets one at its end', () => {
  expect(docsPage(pipelineWithout(), '# Mine\n')).toMatch(/^# Mine\n\n<!-- made by/);
});

test('the table has a row for each stage, in its order', () => {
  const rows = page.split('\n').filter((line) => /^\| \d/.test(line));
  expect(rows).toHaveLength(6);
  expect(rows[0]).toBe('| 1 | demux | CPU | the film | audio.wav, audio.json | no |  | what demux does |');
  expect(rows[1]).toBe(
    '| 2 | info | CPU | demux/audio.json | info.json | yes | TMDB_TOKEN | what info does |',
  );
  expect(rows[3]).toContain(
    '| fine | GPU | demux/audio.wav, vad/speech.json | speech.json | for models | HF_TOKEN |',
  );
});

test('the graph has an arrow for each stage that another reads from', () => {
  const arrows = [...page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(
    ([, from = '', to = '']) => `${from} ${to}`,
  );
  expect(arrows.sort()).toEqual([
    'asr mux',
    'demux asr',
    'demux fine',
    'demux info',
    'demux vad',
    'film demux',
    'film mux',
    'fine asr',
    'info asr',
    'vad fine',
  ]);
});
