import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { FAMILY, sourcesOf } from '../testing/stages.ts';
import { selectStages, type Selection } from './select.ts';

const select = (selection: Partial<Selection>): string[] =>
  selectStages(sourcesOf(FAMILY), { skip: [], ...selection }).map(({ name }) => name);

test.each<[Partial<Selection>, string[]]>([
  [{}, ['demux', 'info', 'vad', 'fine', 'asr', 'mux']],
  [{ skip: ['fine'] }, ['demux', 'info', 'vad', 'asr', 'mux']],
  [{ skip: ['vad', 'info'] }, ['demux', 'fine', 'asr', 'mux']],
  [{ until: 'fine' }, ['demux', 'vad', 'fine']],
  [{ until: 'info' }, ['demux', 'info']],
  [{ until: 'asr', skip: ['fine'] }, ['demux', 'info', 'vad', 'asr']],
])('%j', (selection, stages) => {
  expect(select(selection)).toEqual(stages);
});

test.each<[Partial<Selection>, code: string, mend: string]>([
  [{ skip: ['asr'] }, 'needed-stage', '--skip asr,mux'],
  [{ skip: ['demux', 'fine'] }, 'needed-stage', '--skip demux,fine,asr,info,vad,mux'],
  [{ skip: ['sub'] }, 'unknown-stage', 'asr, demux, fine, info, mux, vad'],
  [{ until: 'sub' }, 'unknown-stage', 'name one of'],
  [{ until: 'mux', skip: ['mux'] }, 'skipped-until', '--skip or'],
])('%j can not be', (selection, code, mend) => {
  const [problem, ...more] = problemsOf(() => select(selection));
  expect(problem).toMatchObject({ code });
  expect(problem?.mend).toContain(mend);
  expect(more).toEqual([]);
});

test('what is wrong with the family itself is told as it is', () => {
  const wrong = { a: { json: { inputs: { '--input': 'x/y' }, outputs: { '--output': 'o' } } } };
  expect(problemsOf(() => selectStages(sourcesOf(wrong), { skip: [] }))).toMatchObject([
    { code: 'unknown-stage' },
  ]);
});
