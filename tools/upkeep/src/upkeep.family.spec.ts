import { run } from '@cp-whisperx-app/nx-images/testing/docker';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BaseStatus } from './base-status/status.ts';
import type { Judged } from './unused/judge.ts';
import type { Audit } from './vulnerabilities/audit.ts';
import { getScanner } from './vulnerabilities/scanner.ts';
import { LASTING, writeDatabase } from './vulnerabilities/testing/database.ts';

const workspace = resolve(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'upkeep-'));

// Building the scanner takes minutes, once.
beforeAll(() => getScanner(workspace), 1_200_000);
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

/** What a report of the real family says, and how its command ended. */
async function report(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly told: unknown }> {
  const file = join(scratch, 'report.json');
  const output = ['--format=json', `--output=${relative(workspace, file)}`];
  const { code } = await run('npx', ['nx', 'run', ...args, ...output], { cwd: workspace });
  return { code, told: JSON.parse(readFileSync(file, 'utf8')) };
}

test('vulnerabilities of locks and of what dpkg has in the image, by a small database', async () => {
  const database = writeDatabase(join(scratch, 'db'), LASTING);
  const { code, told } = await report('images:audit-vulns', `--database=${database}`);
  const { vulnerabilities, looked } = told as Audit;
  expect(code).toBe(1);
  expect(looked['PyPI']).toBeGreaterThan(100);
  expect(looked['Debian:12']).toBeGreaterThan(100);
  const of = (wanted: string) => vulnerabilities.find(({ name }) => name === wanted);
  expect(vulnerabilities.map(({ name }) => name).sort()).toEqual(['ffmpeg', 'pyannote-core', 'tqdm']);
  expect(of('tqdm')?.images).toHaveLength(15);
  expect(of('tqdm')?.mend).toBe('npx nx run versions:update tqdm=999.1');
  expect(of('pyannote-core')?.images).toEqual(['asr', 'diarization', 'pyannote-vad']);
  expect(of('ffmpeg')?.binaries).toContain('libavcodec59');
});

test('a folder without a database, and a word that is not known, fail', async () => {
  const none = await run('npx', ['nx', 'run', 'images:audit-vulns', `--database=${scratch}`], {
    cwd: workspace,
  });
  expect([none.code, none.output]).toEqual([1, expect.stringContaining('(no-database)')]);
  const word = await run('npx', ['nx', 'run', 'images:audit-vulns', '--databse=x'], { cwd: workspace });
  expect([word.code, word.output]).toEqual([1, expect.stringContaining("'databse' is not found in schema")]);
});

test('what the images ask for: each line has a reason or is told', async () => {
  const { code, told } = await report('images:unused');
  const judged = told as readonly Judged[];
  expect(code).toBe(0);
  const why = (image: string, name: string): string | undefined =>
    judged.find((one) => one.image === image && one.name === name)?.why;
  expect(why('base-cpu', 'ffmpeg')).toBe('called');
  expect(why('base-cpu', 'libsndfile1')).toBe('linked');
  expect(why('base-ml', 'torch')).toBe('imported');
  expect(why('asr', 'whisperx')).toBe('imported');
  expect(why('base-cpu', 'python-dotenv')).toBe('needed');
  expect(judged.length).toBeGreaterThan(40);
});

test('what the images stand on, asked in them', async () => {
  const { code, told } = await report('versions:base-status');
  const { lines, costs } = told as BaseStatus;
  expect(code).toBe(0);
  expect(lines.map(({ what }) => what.replace(/ [\d(].*/, ''))).toEqual([
    ...['root', 'builder', 'debian-snapshot', 'exclude-newer'],
    ...['Python', 'Debian', 'Debian', 'CUDA', 'torch', 'these ends'],
  ]);
  expect(lines.find(({ what }) => what.startsWith('torch'))?.now).toMatch(/built for sm_\d+ /);
  expect(costs.map(({ images }) => images.length)).toEqual([15, 15, 8]);
});
