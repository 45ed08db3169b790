import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run, workspace } from './engine.ts';
import { PREFIX } from './family.ts';

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
  await copyWorkspace();
  for (const stage of GONE) rmSync(join(clone, 'images', stage), { recursive: true });
  await run('npx', ['nx', 'g', '@cp-whisperx-app/nx-images:stage', ADDED, '--device=cpu'], clone);
  await run('bash', ['-euo', 'pipefail', '-c', renaming()], clone);
  await run('npx', ['nx', 'sync'], clone);
  await run('npx', ['nx', 'run-many', '-t', 'docker-build'], clone);
  said.tested = await run('npx', ['nx', 'run', `${ADDED}:docker-test`], clone);
});

afterAll(async () => {
  const tags = await tagsOf(prefix);
  if (tags.length > 0) await run('docker', ['image', 'rm', ...tags]);
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
    const log = readFileSync(join(clone, 'dist/images', file), 'utf8');
    const steps = [...log.matchAll(/^#(\d+) \[[^\]]*\] RUN /gm)].map(([, step]) => step ?? '');
    expect(steps.length, file).toBeGreaterThan(0);
    for (const step of steps) expect(log, file).toMatch(new RegExp(`^#${step} CACHED$`, 'm'));
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

/** The working tree as it stands, what is not committed too, in a repository of its own and without its images. */
async function copyWorkspace(): Promise<void> {
  const files = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  for (const file of new Set(files.split('\0').filter((path) => path !== '')))
    if (existsSync(join(workspace, file))) cpSync(join(workspace, file), join(clone, file), OPTIONS);
  // The programs and voices that are there already; both are made again where they are not.
  for (const folder of ['.env.local', '.cache/uv', '.cache/test-data'])
    if (existsSync(join(workspace, folder))) cpSync(join(workspace, folder), join(clone, folder), OPTIONS);
  symlinkSync(join(workspace, 'node_modules'), join(clone, 'node_modules'));
  await run('git', ['init', '--quiet'], clone);
  await run('git', ['add', '--all'], clone);
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  await run('git', [...author, 'commit', '--quiet', '--message=family'], clone);
}

const OPTIONS = { recursive: true, verbatimSymlinks: true } as const;

/** The commands that docs/adapt.md gives for another prefix, with the prefix of this test. */
function renaming(): string {
  const text = readFileSync(join(workspace, 'docs/adapt.md'), 'utf8');
  const [, commands = ''] = /^( {4}old=\S+ new=\S+\n(?: {4}.*\n)+)/m.exec(text) ?? [];
  expect(commands).toContain(`old=${PREFIX} `);
  return commands.replace(/new=\S+/, `new=${prefix}`);
}

async function tagsOf(start: string): Promise<readonly string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const list = await run('docker', [
    'image',
    'ls',
    '--filter',
    `reference=${dirname(start)}/*`,
    '--format',
    format,
  ]);
  return list.split('\n').filter((tag) => tag.startsWith(start));
}
