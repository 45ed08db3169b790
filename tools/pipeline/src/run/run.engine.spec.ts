import { docker, type Answer } from '@cp-whisperx-app/nx-images/testing/docker';
import { Family } from '@cp-whisperx-app/nx-images/testing/family';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '../run-record.ts';

const PACKAGE = resolve(import.meta.dirname, '../..');
const FILM = 'A film, "2000": one.txt';

/** What each stage reads beside being a toy; the third can do without the second. */
const STAGES = {
  one: { inputs: { '--input': 'film' }, outputs: { '--output': 'a.json' } },
  two: { inputs: { '--input': 'one/a.json' }, outputs: { '--output': 'a.json' }, tokens: ['HF_TOKEN'] },
  three: { inputs: { '--input': ['two/a.json', 'one/a.json'] }, outputs: { '--output': 'a.json' } },
};

let family: Family;
beforeAll(async () => {
  family = await Family.create();
  for (const [name, json] of Object.entries(STAGES)) {
    await family.write(`images/${name}/.dockerignore`, `*\n!${name}.py\n`);
    await family.write(`images/${name}/stage.json`, JSON.stringify(json));
    await family.write(`images/${name}/${name}.py`, readFileSync(`${PACKAGE}/src/testing/toy.py`, 'utf8'));
    await family.write(
      `images/${name}/Dockerfile`,
      `FROM ${family.image('base:one')}\nCOPY --chmod=0755 ${name}.py /app/\nENTRYPOINT ["python", "/app/${name}.py"]\n`,
    );
  }
  await family.write('tools/pipeline/project.json', readFileSync(`${PACKAGE}/project.json`, 'utf8'));
  await family.write(FILM, 'pictures');
  await family.write('wrong.toml', '[twoo]\n');
  await family.git('add', '--all');
  await family.git('commit', '--quiet', '--message=stages');
});
afterAll(() => family.dispose());

let work = '';
beforeEach(({ task }) => {
  work = `work/${task.id}`;
});

const pipeline = (...options: readonly string[]): Promise<Answer> =>
  family.nx(['run', 'pipeline:run', '--input', FILM, '--work', work, ...options], { HF_TOKEN: 'secret-1' });
const orders = (given: object): Promise<void> => family.write(`${work}/orders.json`, JSON.stringify(given));
const record = async (): Promise<RunRecord> => JSON.parse(await family.read(`${work}/run.json`)) as RunRecord;
const states = async (): Promise<string[]> => (await record()).stages.map(({ state }) => state);
const seenBy = async (stage: string): Promise<Record<string, unknown>> =>
  JSON.parse(await family.read(`${work}/${stage}/a.json`)) as Record<string, unknown>;

test('a run that fails stops there, says why and how to go on; the same command goes on', async () => {
  await orders({ two: 'fail' });
  const failed = await pipeline('--output', 'out.json');
  expect(failed.code).not.toBe(0);
  for (const line of [
    '[1/3] one  working: 50 %',
    '[1/3] one  done in ',
    '[2/3] two  failed: there is no voice (exit code 3)',
    `to go on: npx nx run pipeline:run --input 'A film, "2000": one.txt' --work ${work} --output out.json`,
  ])
    expect(failed.output).toContain(line);
  expect(failed.output).not.toMatch(/three {2}|\n +at /);
  expect(await states()).toEqual(['done', 'failed', 'waiting']);
  expect(existsSync(join(family.root, 'out.json'))).toBe(false);

  await orders({});
  const again = await pipeline('--output', 'out.json');
  expect(again.code, again.output).toBe(0);
  expect(again.output).toContain('[1/3] one  skipped: it is there');
  expect(again.output).toContain('[3/3] three  done in ');
  expect(await states()).toEqual(['skipped', 'done', 'done']);
  expect(await family.read('out.json')).toBe(await family.read(`${work}/three/a.json`));
  const { film, stages } = await record();
  expect(film).toBe(FILM);
  expect(stages[0]?.image).toMatch(new RegExp(`^${family.image('one:key-')}`));
  expect(await family.read(`${work}/summary.html`)).toContain('<html');
});

test('a stage sees its files and its tokens, and can write nowhere else', async () => {
  const { code, output } = await pipeline('--until', 'two');
  expect(code, output).toBe(0);
  expect(await seenBy('one')).toMatchObject({
    given: { input: `/film/${FILM}`, output: '/data/one/a.json', 'log-format': 'json' },
    read: 'pictures',
    user: process.getuid?.(),
    networks: ['lo'],
    writable: ['/tmp', '/data/one'],
    variables: { HF_TOKEN: null, HF_HUB_OFFLINE: null },
  });
  expect(await seenBy('two')).toMatchObject({ variables: { HF_TOKEN: 'secret-1' } });
  expect(await states()).toEqual(['done', 'done']);
  expect(JSON.stringify(await record()) + output).not.toContain('secret-1');
});

test('without a stage, its reader takes the next of its list', async () => {
  const { code, output } = await pipeline('--skip', 'two');
  expect(code, output).toBe(0);
  expect(await seenBy('three')).toMatchObject({ given: { input: '/data/one/a.json' } });
});

test('with --force, all is done again', async () => {
  await pipeline('--until', 'one');
  await pipeline('--until', 'one', '--force');
  expect(await states()).toEqual(['done']);
});

test.each([
  [['--skip', 'one'], 'leave them out too: --skip one,two,three'],
  [['--skip', 'four'], 'there is no stage four'],
  [['--output', 'film.mkv'], 'the run ends with '],
  [['--config', 'none.toml'], 'there is no settings file '],
  [['--config', 'wrong.toml'], 'wrong.toml:1: there is no stage twoo'],
])('%j is refused in a sentence, before anything is made', async (options, sentence) => {
  const { code, output } = await pipeline(...options);
  expect(code).not.toBe(0);
  expect(output).toContain(sentence);
  expect(output).not.toMatch(/\n +at /);
  expect(existsSync(join(family.root, work))).toBe(false);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends the run and its container', async (signal) => {
  await orders({ two: 'wait' });
  const command = ['run', 'pipeline:run', '--input', FILM, '--work', work];
  const child = spawn(process.execPath, [join(family.root, 'node_modules/.bin/nx'), ...command], {
    cwd: family.root,
    env: { ...process.env, NX_STREAM_OUTPUT: 'true' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    // Ctrl-C goes to all processes of the command, as from a terminal; what else ends it, to the first of them.
    if (text.includes('two  waits') && child.pid !== undefined)
      process.kill(signal === 'SIGINT' ? -child.pid : child.pid, signal);
  });
  expect(await ended, output).not.toBe(0);
  const containers = ['ps', '--all', '--quiet', '--filter', `ancestor=${family.image('two')}`];
  await expect.poll(() => docker(...containers), { timeout: 10_000 }).toBe('');
  await expect.poll(states, { timeout: 10_000 }).toEqual(['done', 'failed', 'waiting']);
  expect((await record()).stages[1]?.message).toContain('stopped');
});
