import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOfPromise } from '@cp-whisperx-app/nx-images/testing/problems';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { lockedPackages } from './asked.ts';
import { question } from './osv.ts';
import { getScanner, scan } from './scanner.ts';
import { ASKED } from './testing/asked.ts';
import { LASTING, RECORDS, writeDatabase } from './testing/database.ts';

const workspace = resolve(import.meta.dirname, '../../../..');
const program = { path: '' };

// Building the scanner takes minutes, once.
beforeAll(async () => {
  program.path = await getScanner(workspace);
}, 1_200_000);

test('the real scanner finds exactly what the small database has on these packages', async () => {
  const hits = await scan(program.path, ASKED, { folder: writeDatabase(tempFolder(), RECORDS) });
  expect(hits.map(({ name, ids }) => [name, ...ids])).toEqual([
    ['ffmpeg', 'DEBIAN-CVE-2099-9'],
    ['pyannote-core', 'PYSEC-2099-4'],
    ['tqdm', 'PYSEC-2099-1', 'GHSA-aaaa-bbbb-cccc', 'CVE-2099-1'],
  ]);
});

test('the answer that the unit tests read is what it says', () => {
  const folder = writeDatabase(tempFolder(), RECORDS);
  const bill = join(folder, 'bom.cdx.json');
  writeFileSync(bill, question(ASKED));
  const { stdout } = answerOf(
    ['scan', 'source', '--format=json', '--all-packages', '--offline', `--lockfile=${bill}`],
    folder,
  );
  const recorded = readFileSync(join(import.meta.dirname, 'testing/answer.json'), 'utf8');
  expect(JSON.parse(stdout.replaceAll(bill, 'bom.cdx.json'))).toEqual(JSON.parse(recorded));
});

/** It ends with 1 where it found something. */
function answerOf(args: readonly string[], folder: string): { readonly stdout: string } {
  const env = { ...process.env, OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: folder };
  try {
    return {
      stdout: execFileSync(program.path, args, {
        encoding: 'utf8',
        env,
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    };
  } catch (error) {
    return error as { readonly stdout: string };
  }
}

test('of the locks of this workspace it finds tqdm by its pin, and only that', async () => {
  const lock = 'images/base-cpu/requirements.lock';
  const packages = lockedPackages(new Map([[lock, readFileSync(join(workspace, lock), 'utf8')]]));
  const tqdm = packages.find(({ name }) => name === 'tqdm');
  const folder = writeDatabase(tempFolder(), LASTING);
  const hits = await scan(program.path, packages, { folder });
  expect(hits.map(({ name, version }) => [name, version])).toEqual([['tqdm', tqdm?.version]]);
});

// Where another ecosystem has hits, the scanner answers as if all were well.
const BLIND = [expect.stringMatching(/^scanner-(failed|blind)$/)];

test.each<[string, Readonly<Record<string, readonly object[]>>]>([
  ['no database of Debian', { PyPI: RECORDS.PyPI }],
  ['no database of PyPI', { Debian: RECORDS.Debian }],
  ['an empty one of Debian', { ...RECORDS, Debian: [] }],
  ['an empty one of PyPI', { ...RECORDS, PyPI: [] }],
  ['one of another release of Debian', { ...RECORDS, Debian: RECORDS.Debian.slice(3) }],
])('%s: that is not "none found"', async (_, records) => {
  const found = scan(program.path, ASKED, { folder: writeDatabase(tempFolder(), records) });
  expect((await problemsOfPromise(found)).map(({ code }) => code)).toEqual(BLIND);
});

test('a broken archive is not "none found"', async () => {
  const folder = writeDatabase(tempFolder(), RECORDS);
  const archive = join(folder, 'osv-scalibr/PyPI/all.zip');
  rmSync(archive);
  writeFileSync(archive, 'PK, and no more');
  const problems = await problemsOfPromise(scan(program.path, ASKED, { folder }));
  expect(problems.map(({ code }) => code)).toEqual(BLIND);
});
