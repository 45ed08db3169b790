import { brief, problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { describe, expect, test } from 'vitest';
import { FAMILY, pipelineWithout, sourcesOf } from '../testing/stages.ts';
import { linkStages } from './pipeline.ts';

const names = (...without: readonly string[]): string[] =>
  pipelineWithout(...without).map(({ name }) => name);
const stage = (name: string, ...without: readonly string[]) =>
  pipelineWithout(...without).find((one) => one.name === name);

describe('the order', () => {
  test.each<[without: string[], order: string[]]>([
    [[], ['demux', 'info', 'vad', 'fine', 'asr', 'mux']],
    [['fine'], ['demux', 'info', 'vad', 'asr', 'mux']],
    [
      ['fine', 'vad'],
      ['demux', 'info', 'asr', 'mux'],
    ],
    [
      ['asr', 'mux'],
      ['demux', 'info', 'vad', 'fine'],
    ],
    [['asr', 'demux', 'fine', 'info', 'mux', 'vad'], []],
  ])('without %j', (without, order) => {
    expect(names(...without)).toEqual(order);
  });

  test('is by the longest way, then by name, however the folders lie', () => {
    const sources = sourcesOf(FAMILY);
    const order = linkStages([...sources].reverse()).map(({ name }) => name);
    expect(order).toEqual(linkStages(sources).map(({ name }) => name));
    const input = (text: string) => ({ json: { inputs: { '--input': text }, outputs: { '--output': 'f' } } });
    const long = { a: input('z/f'), b: input('film'), c: input('b/f'), z: input('c/f') };
    expect(linkStages(sourcesOf(long)).map(({ name }) => name)).toEqual(['b', 'c', 'z', 'a']);
  });
});

test('an option takes the first of its list whose stage is there, and is left out where none is', () => {
  const speech = (...without: readonly string[]): unknown =>
    stage('asr', ...without)?.inputs.find(({ option }) => option === '--speech')?.from;
  expect(speech()).toEqual({ stage: 'fine', file: 'speech.json' });
  expect(speech('fine')).toEqual({ stage: 'vad', file: 'speech.json' });
  expect(speech('fine', 'vad')).toBeUndefined();
  expect(stage('asr', 'fine', 'vad')?.inputs.map(({ option }) => option)).toEqual(['--input', '--info']);
});

test('a stage comes after each stage that it reads from, once', () => {
  expect(stage('asr')?.after).toEqual(['demux', 'fine', 'info']);
  expect(stage('mux')).toMatchObject({ after: ['asr'], inputs: [{ option: '--input' }, {}] });
});

const FILM = { '--input': 'film' };
const OUT = { '--output': 'o.json' };
type Json = Record<string, unknown>;

describe('what does not fit together', () => {
  test.each<[what: string, stages: Record<string, Json>, problems: string[], mend: string]>([
    [
      'a stage that is not there',
      { a: { inputs: { '--input': 'b/o.json' }, outputs: OUT } },
      ['images/a/stage.json:3 unknown-stage'],
      'name a file of one of a; or remove a too',
    ],
    [
      'a list of such for --input',
      { a: { inputs: { '--input': ['b/o.json', 'c/o.json'] }, outputs: OUT } },
      ['images/a/stage.json:3 no-input'],
      'name a file of one of a',
    ],
    [
      'a file that a stage does not write',
      { a: { inputs: { ...FILM, '--x': 'b/p.json' }, outputs: OUT }, b: { inputs: FILM, outputs: OUT } },
      ['images/a/stage.json:4 unknown-file'],
      'it writes o.json',
    ],
    [
      'such a file further down a list',
      {
        a: { inputs: { ...FILM, '--x': ['c/x', 'b/p.json'] }, outputs: OUT },
        b: { inputs: FILM, outputs: OUT },
      },
      ['images/a/stage.json:4 unknown-file'],
      'it writes o.json',
    ],
    [
      'no --input',
      { a: { inputs: { '--film': 'film' }, outputs: OUT } },
      ['images/a/stage.json:2 no-input'],
      'film, or STAGE/FILE',
    ],
    [
      'no --output',
      { a: { inputs: FILM, outputs: { '--x': 'x' } } },
      ['images/a/stage.json:5 no-output'],
      '--output',
    ],
    [
      'one file written twice',
      { a: { inputs: FILM, outputs: { ...OUT, '--x': 'o.json' } } },
      ['images/a/stage.json:7 file-twice'],
      'another file',
    ],
    [
      'an option that is both',
      { a: { inputs: { ...FILM, '--output': 'film' }, outputs: OUT } },
      ['images/a/stage.json:7 option-twice'],
      'one of them',
    ],
    [
      'the name of what makes the folders',
      { folders: { inputs: FILM, outputs: OUT } },
      ['images/folders/stage.json:1 stage-name'],
      'rename',
    ],
    [
      'a stage that reads itself',
      { a: { inputs: { ...FILM, '--x': 'a/o.json' }, outputs: OUT } },
      ['images/a/stage.json:4 cycle'],
      'there before',
    ],
  ])('%s', (_, stages, expected, mend) => {
    const sources = sourcesOf(
      Object.fromEntries(Object.entries(stages).map(([name, json]) => [name, { json }])),
    );
    const problems = problemsOf(() => linkStages(sources));
    expect(problems.map(brief)).toEqual(expected);
    expect(problems[0]?.mend).toContain(mend);
  });

  test('a circle is told by its way, where it is entered', () => {
    const after = (name: string) => ({
      json: { inputs: { ...FILM, '--x': `${name}/o.json` }, outputs: OUT },
    });
    const [problem] = problemsOf(() =>
      linkStages(sourcesOf({ a: after('c'), b: after('a'), c: after('b') })),
    );
    expect(problem).toMatchObject({ code: 'cycle', file: 'images/a/stage.json', line: 4 });
    expect(problem?.message).toContain('a → c → b → a');
  });

  test('a circle of which one has another file to read is none', () => {
    const json = (input: unknown) => ({ json: { inputs: { '--input': input }, outputs: OUT } });
    const stages = { a: json('film'), b: json(['a/o.json', 'c/o.json']), c: json('b/o.json') };
    expect(linkStages(sourcesOf(stages)).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test('all of it is told at once', () => {
    const wrong = { json: { inputs: { '--input': 'x/y' }, outputs: {} } };
    expect(problemsOf(() => linkStages(sourcesOf({ a: wrong, b: wrong })))).toHaveLength(4);
  });
});
