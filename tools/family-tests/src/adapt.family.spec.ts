import { runSteps } from '@cp-whisperx-app/nx-images/api';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyWorkspace, run, workspace } from './engine.ts';
import { PREFIX } from './family.ts';
import { removeImages, renameFamily, tagsOf } from './own-prefix.ts';

/** Stages of the smaller family; what the others are, the folders say. */
const KEPT = ['demux', 'asr', 'diarization'];
const STAGES = readdirSync(join(workspace, 'images')).filter((name) =>
  existsSync(join(workspace, 'images', name, 'stage.json')),
);
const GONE = STAGES.filter((name) => !KEPT.includes(name));
const ADDED = 'loudness-by-second';

const clone = mkdtempSync(join(tmpdir(), 'adapt-'));
const prefix = `adapt-${randomBytes(4).toString('hex')}/speech-`;
const said = { tested: '' };

/** Files that the sync generators derive from the folders of the stages, where they do. */
const DERIVED = ['compose.yaml', 'docs/pipeline.md'].filter((file) => existsSync(join(workspace, file)));

beforeAll(async () => {
  await run('npx', ['nx', 'run-many', '-t', 'docker-build', `--projects=${KEPT.join()}`]);
  await copyWorkspace(clone, ['.cache/uv', '.cache/test-data']);
  for (const stage of GONE) rmSync(join(clone, 'images', stage), { recursive: true });
  await run('npx', ['nx', 'g', '@cp-whisperx-app/nx-images:stage', ADDED, '--device=cpu'], clone);
  await renameFamily(clone, prefix);
  await run('npx', ['nx', 'sync'], clone);
  await run('npx', ['nx', 'run-many', '-t', 'docker-build'], clone);
  said.tested = await run('npx', ['nx', 'run', `${ADDED}:docker-test`], clone);
});

afterAll(async () => {
  await removeImages(prefix);
  rmSync(clone, { recursive: true });
});

it('nothing is out of sync', async () => {
  await expect(run('npx', ['nx', 'sync:check'], clone)).resolves.toContain('up to date');
});

it('all images have the new prefix, and no line of the workspace has the old one', async () => {
  const names = (await tagsOf(prefix)).filter((tag) => !tag.includes(':key-'));
  const expected = ['base:cpu', 'base:cuda', 'base-ml:cuda', 'demux:cpu', 'asr:cuda', 'diarization:cuda'];
  expect(names.sort()).toEqual([...expected, `${ADDED}:cpu`].map((name) => prefix + name).sort());
  await expect(run('git', ['grep', '--untracked', '--fixed-strings', PREFIX], clone)).rejects.toMatchObject({
    code: 1,
  });
});

it('no step of any build ran again', () => {
  const logs = readdirSync(join(clone, 'dist/images')).filter((file) => file.endsWith('.log'));
  expect(logs.length).toBeGreaterThan(0);
  for (const file of logs) {
    const steps = runSteps(readFileSync(join(clone, 'dist/images', file), 'utf8'));
    expect(steps.length, file).toBeGreaterThan(0);
    expect(
      steps.filter(({ ran }) => ran),
      file,
    ).toEqual([]);
  }
});

it('the new stage passes the tests that came with it', () => {
  expect(said.tested).toMatch(/ \d+ passed/);
  expect(said.tested).not.toMatch(/ failed/);
});

it('what is derived names the stages that are there, and no other', () => {
  for (const file of DERIVED) {
    const text = readFileSync(join(clone, file), 'utf8');
    const named = (name: string): boolean => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text);
    expect(GONE.filter(named), file).toEqual([]);
    expect(
      [...KEPT, ADDED].filter((name) => !named(name)),
      file,
    ).toEqual([]);
  }
});
