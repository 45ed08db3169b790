import { run, runOrThrow } from '@cp-whisperx-app/nx-images/testing/docker';
import { versionsOf } from '@cp-whisperx-app/versions';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const workspace = resolve(import.meta.dirname, '../../..');
const scratch = mkdtempSync(join(tmpdir(), 'renovate-'));
const repository = join(scratch, 'repository');
const node = join(scratch, 'node_modules/node/bin/node');
const program = (name: string): string => join(scratch, 'node_modules/renovate/dist', name);

const text = (file: string): string => readFileSync(join(workspace, file), 'utf8');

// Renovate wants a newer Node than this workspace does; npm has one as a package.
beforeAll(async () => {
  await runOrThrow('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--prefix',
    scratch,
    'node@24.11.0',
    'renovate@44.121.2',
  ]);
  const files = ['renovate.json', 'libs/versions/versions.txt', 'package.json', 'images/asr/Dockerfile'];
  for (const file of [...files, '.github/workflows/main.yml', 'tools/checks/requirements.in']) {
    mkdirSync(dirname(join(repository, file)), { recursive: true });
    cpSync(join(workspace, file), join(repository, file));
  }
  await runOrThrow('git', ['init', '--quiet'], { cwd: repository });
  await runOrThrow('git', ['add', '--all'], { cwd: repository });
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test('the configuration is valid, and a wrong one is not', async () => {
  const validate = (file: string) =>
    run(node, [program('config-validator.js'), '--strict', '--no-global', file]);
  expect(await validate(join(repository, 'renovate.json'))).toMatchObject({ code: 0 });
  const wrong = join(scratch, 'renovate.json');
  writeFileSync(wrong, text('renovate.json').replaceAll('allowedVersions', 'alowedVersions'));
  expect(await validate(wrong)).toMatchObject({ code: 1 });
});

test('the real Renovate finds each pin of versions.txt, and no pin of a Dockerfile', async () => {
  const { output } = await run(node, [program('renovate.js'), '--platform=local', '--dry-run=extract'], {
    cwd: repository,
    env: { LOG_LEVEL: 'debug', LOG_FORMAT: 'json', RENOVATE_BASE_DIR: join(scratch, 'base') },
  });
  const extracted = output
    .split('\n')
    .filter((line) => line.includes('"packageFiles"'))
    .map((line) => JSON.parse(line) as { packageFiles: Record<string, { deps: { datasource: string }[] }[]> })
    .at(-1)?.packageFiles;
  expect(Object.keys(extracted ?? {}).sort()).toEqual(['github-actions', 'npm', 'pip_requirements', 'regex']);
  const found = (extracted?.['regex'] ?? []).map(({ deps }) => deps.map(({ datasource }) => datasource));
  const pins = versionsOf(text).pins.size;
  expect(found).toEqual([Array(pins).fill('pypi'), ['docker', 'docker'], ['custom.debian-snapshot']]);
});
