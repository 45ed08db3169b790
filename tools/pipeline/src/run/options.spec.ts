import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { readOptions, resumeCommand, type GivenOptions } from './options.ts';

const GIVEN: GivenOptions = {
  input: 'films/A. Film.2000.mkv',
  offline: false,
  network: 'bridge',
  device: 'auto',
  models: 'cp-whisperx-models',
  force: false,
};

function folder(): string {
  const path = tempFolder();
  writeFiles(path, { 'films/A. Film.2000.mkv': '', 's.toml': '', 'models/x': '' });
  return path;
}

test('paths are relative to where Nx is called', () => {
  const cwd = folder();
  expect(readOptions({ ...GIVEN, config: 's.toml', output: 'out.mkv' }, cwd)).toMatchObject({
    film: `${cwd}/films/A. Film.2000.mkv`,
    work: `${cwd}/work/A. Film.2000`,
    config: `${cwd}/s.toml`,
    output: `${cwd}/out.mkv`,
    models: { type: 'volume', source: 'cp-whisperx-models' },
    skip: [],
  });
  expect(readOptions({ ...GIVEN, work: '/w', models: './models', skip: 'a,b' }, cwd)).toMatchObject({
    work: '/w',
    models: { type: 'bind', source: `${cwd}/models` },
    skip: ['a', 'b'],
  });
});

test('a run without a film is told the command', () => {
  expect(problemsOf(() => readOptions({ ...GIVEN, input: undefined }, folder()))).toMatchObject([
    { code: 'no-film', mend: 'npx nx run pipeline:run --input film.mkv' },
  ]);
});

test.each<[Partial<GivenOptions>, message: string]>([
  [{ input: 'films/other.mkv' }, 'no film'],
  [{ input: 'films' }, 'no film'],
  [{ config: 'other.toml' }, 'no settings file'],
  [{ models: './other' }, 'no folder of models'],
])('%j is told before anything is done', (given, message) => {
  const [problem] = problemsOf(() => readOptions({ ...GIVEN, ...given }, folder()));
  expect(problem).toMatchObject({ code: 'missing-file' });
  expect(problem?.message).toContain(message);
});

test.each<[Partial<GivenOptions>, string]>([
  [{}, "--input 'films/A. Film.2000.mkv'"],
  [{ input: "it's.mkv", force: true }, String.raw`--input 'it'\''s.mkv'`],
  [
    { input: 'a.mkv', work: 'w', skip: 'x,y', until: 'z', config: 's.toml', output: 'o.mkv' },
    '--input a.mkv --work w --output o.mkv --config s.toml --skip x,y --until z',
  ],
  [
    { input: 'a.mkv', offline: true, network: 'n', device: 'cpu', models: './m' },
    '--input a.mkv --network n --device cpu --models ./m --offline',
  ],
])('what goes on with %j', (given, options) => {
  expect(resumeCommand({ ...GIVEN, ...given }, 'pipeline')).toBe(`npx nx run pipeline:run ${options}`);
});
