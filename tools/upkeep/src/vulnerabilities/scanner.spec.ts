import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOfPromise } from '@cp-whisperx-app/nx-images/testing/problems';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getScanner, scan, type Database } from './scanner.ts';
import { ASKED } from './testing/asked.ts';

/** A program in the scanner's place. */
function program(script: string): string {
  const folder = tempFolder();
  writeFiles(folder, { scanner: `#!/bin/sh\n${script}\n` });
  chmodSync(join(folder, 'scanner'), 0o755);
  return join(folder, 'scanner');
}

const codesOf = async (script: string, database: Database): Promise<readonly string[]> =>
  (await problemsOfPromise(scan(program(script), ASKED, database))).map(({ code }) => code);

test.each([
  ['all is well, it says', 'echo \'{"results":[]}\'; exit 0', 'scanner-blind'],
  ['it found something, but not what all know', 'echo \'{"results":[]}\'; exit 1', 'scanner-blind'],
  ['a general error', 'echo "lookup api.osv.dev: no such host" >&2; exit 127', 'scanner-failed'],
  ['no packages in what it was given', 'exit 128', 'scanner-failed'],
  ['it was killed', 'kill -9 $$', 'scanner-failed'],
  ['no answer', 'exit 1', 'scanner-answer'],
])('%s: that is not "none found"', async (_, script, code) => {
  expect(await codesOf(script, 'osv.dev')).toEqual([code]);
});

test('a folder without a database is told before the scanner makes an empty one', async () => {
  expect(await codesOf('exit 0', { folder: tempFolder() })).toEqual(['no-database']);
});

test('a database is looked up offline, and in that folder', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'osv-scalibr'));
  const [problem] = await problemsOfPromise(
    scan(program('echo "$* in $OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY" >&2; exit 127'), ASKED, { folder }),
  );
  expect(problem?.message).toMatch(/scan source .*--offline in /);
  expect(problem?.message).toContain(folder);
});

test('a scanner that can not be had is told, with what was said', async () => {
  const root = tempFolder();
  writeFiles(root, { 'tools/checks/osv-scanner.sh': '#!/bin/sh\necho "no network" >&2; exit 1\n' });
  chmodSync(join(root, 'tools/checks/osv-scanner.sh'), 0o755);
  const [problem] = await problemsOfPromise(getScanner(root));
  expect(problem).toMatchObject({ code: 'no-scanner', file: 'tools/checks/osv-scanner.sh' });
  expect(problem?.message).toContain('no network');
});
