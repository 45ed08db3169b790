import { run as runToItsEnd } from '@cp-whisperx-app/nx-images/testing/docker';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyWorkspace, run, workspace } from './engine.ts';
import { removeImages, renameFamily } from './own-prefix.ts';

const copy = mkdtempSync(join(tmpdir(), 'upkeep-'));
const prefix = `upkeep-${randomBytes(4).toString('hex')}/speech-`;

/** What is made here goes to no registry that this machine uses. */
const ALONE = { NX_IMAGES_REGISTRY: 'none', NX_IMAGES_PUBLISH: 'false' };
const pins = readFileSync(join(workspace, 'libs/versions/versions.txt'), 'utf8');
const pinned = /^rapidfuzz==(\S+)/m.exec(pins)?.[1] ?? '';
const snapshot = /^# debian-snapshot: (\d{8})T/m.exec(pins)?.[1] ?? '';

beforeAll(async () => {
  await copyWorkspace(copy, ['.cache/uv', '.cache/test-data']);
  await renameFamily(copy, prefix);
  for (const [name, value] of [
    ['user.name', 'test'],
    ['user.email', 'test@localhost'],
  ] as const)
    await git('config', name, value);
  await git('commit', '--quiet', '--all', '--message=prefix');
  await run('npx', ['nx', 'run-many', '-t', 'docker-build'], copy, ALONE);
});

afterAll(async () => {
  await removeImages(prefix);
  rmSync(copy, { recursive: true });
});

const git = (...args: readonly string[]): Promise<string> => run('git', args, copy);
const versions = (target: string, ...args: readonly string[]): ReturnType<typeof runToItsEnd> =>
  runToItsEnd('npx', ['nx', 'run', `versions:${target}`, ...args, '--output-style=stream'], {
    cwd: copy,
    env: ALONE,
  });

test('an update that one image takes: locked, built, tested, told, committed', async () => {
  const { code, output } = await versions('update', 'rapidfuzz=3.1.1', '--commit');
  expect(code, output).toBe(0);
  expect(output).toMatch(/ post-ner +images\/post-ner\/requirements\.lock$/m);
  expect(output).toContain('14 of 15 stay as they are');
  expect(output).toMatch(/ \d+ passed/);
  expect(await git('log', '-1', '--format=%s')).toBe(`rapidfuzz ${pinned} → 3.1.1\n`);
  expect((await git('show', '--name-only', '--format=')).trim().split('\n').sort()).toEqual([
    'CHANGELOG.md',
    'images/post-ner/requirements.lock',
    'libs/versions/locks.json',
    'libs/versions/versions.txt',
  ]);
  expect(await git('status', '--porcelain')).toBe('');
  const program = 'import rapidfuzz; print(rapidfuzz.__version__)';
  const image = `${prefix}post-ner:cpu`;
  expect(await run('docker', ['run', '--rm', '--entrypoint=python', image, '-c', program])).toBe('3.1.1\n');
});

test('one that two images can not take: refused with what blocks it, and every byte is as it was', async () => {
  const { code, output } = await versions('update', 'numpy=2.1.0');
  expect(code).toBe(1);
  expect(output).toContain('asr asks for whisperx==3.7.2, which needs numpy');
  expect(output).toContain('(conflict)');
  expect(await git('status', '--porcelain')).toBe('');
});

test('what is newer than a pin, and which images it would rebuild', async () => {
  const { code, output } = await versions('outdated', 'rapidfuzz');
  expect(code, output).toBe(0);
  expect(output).toMatch(/ rapidfuzz +3\.1\.1 +[\d.]+ +[\d.]+ +post-ner$/m);
});

test('a patch day: all images on a new system layer, tested, and nothing installed again', async () => {
  // The day before where the pin is of today already: a day that is the same moves nothing.
  const today = new Date().toISOString().slice(0, 10);
  const before = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const day = today.replaceAll('-', '') === snapshot ? before : today;
  const { code, output } = await versions('patch', '--keep-root', '--commit', `--date=${day}`);
  expect(code, output).toBe(0);
  expect(output).toContain('15 builds in ');
  expect(output).toContain('no install step ran in any of them');
  expect(await git('log', '-1', '--format=%s')).toMatch(/^Patch day: debian-snapshot 20\d{6}T000000Z\n$/);
  expect((await git('show', '--name-only', '--format=')).trim().split('\n').sort()).toEqual([
    'CHANGELOG.md',
    'images/base-cpu/Dockerfile',
    'libs/versions/versions.txt',
  ]);
  expect(await git('status', '--porcelain')).toBe('');
});
