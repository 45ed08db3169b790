import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readUnder, versionsOf } from './files.ts';
import { formatLock, readLock } from './lock.ts';
import { uvLock } from './plan.ts';
import { compile, pinnedUv } from './uv.ts';
import { uvVersion } from './versions.ts';
import type { Versions } from './versions.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const read = readUnder('.');
const versions = versionsOf(read);
const buildLock = 'libs/installer/build.lock';
let root: string;
let uv: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'uv-'));
  uv = await pinnedUv(root, versions, read(uvLock));
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('pinnedUv', () => {
  it('is the pinned one, from its lock, and is kept', async () => {
    expect((await promisify(execFile)(uv, ['--version'])).stdout.trim()).toBe(`uv ${uvVersion(versions)}`);
    vi.stubEnv('PATH', '');
    expect(await pinnedUv(root, versions, read(uvLock))).toBe(uv);
  });

  it.each([
    ['no Python', { PATH: '' }, read(uvLock), 'no-pip'],
    [
      'an index that is not there',
      { PIP_INDEX_URL: 'http://127.0.0.1:1/simple', PIP_RETRIES: '0', PIP_FIND_LINKS: '' },
      read(uvLock),
      'uv-not-fetched',
    ],
    ['another hash', {}, read(uvLock)?.replace(/sha256:[0-9a-f]{8}/g, 'sha256:00000000'), 'uv-not-fetched'],
  ])('says what to do: %s', async (_, environment, lock, code) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    const elsewhere = mkdtempSync(join(root, 'elsewhere-'));
    await expect(pinnedUv(elsewhere, versions, lock)).rejects.toThrow(code);
  });
});

describe('compile', () => {
  it("uses the user's index and nothing of theirs that chooses versions", async () => {
    vi.stubEnv('UV_RESOLUTION', 'lowest');
    vi.stubEnv('UV_EXCLUDE_NEWER', '2020-01-01');
    expect(await compile(uv, 'mdurl\n', [], versions, false)).toHaveProperty(
      'printed',
      expect.stringContaining('mdurl==0.1.2 '),
    );
    vi.stubEnv('UV_DEFAULT_INDEX', 'http://127.0.0.1:1/simple');
    vi.stubEnv('UV_HTTP_RETRIES', '0');
    vi.stubEnv('UV_CACHE_DIR', join(root, 'empty'));
    await expect(compile(uv, 'mdurl\n', [], versions, false)).rejects.toThrow(
      /uv-failed\)\n[^]*  mend: mend what uv says/,
    );
    await expect(compile(uv, 'mdurl\n', [], versions, true)).rejects.toThrow(
      /mend: npx nx sync, once with a network/,
    );
  });
});

/** The command of the install step in the images, into a folder of its own. */
async function build(build: string): Promise<string> {
  const folder = mkdtempSync(join(root, 'build-'));
  const asked = versions.sdistOnly.map((name) =>
    name === 'antlr4-python3-runtime' ? `${name}==4.9.3` : name,
  );
  const compiled = await compile(uv, asked.join('\n'), [], versions, false);
  if ('conflict' in compiled) throw new Error(compiled.conflict);
  const lock = readLock(compiled.printed, 'sdists').filter(({ name }) => versions.sdistOnly.includes(name));
  writeFileSync(join(folder, 'requirements.lock'), formatLock(lock, versions.sdistOnly));
  writeFileSync(join(folder, 'build.lock'), build);
  const args = [
    'pip',
    'install',
    '--verbose',
    '--target',
    join(folder, 'site'),
    '--cache-dir',
    join(folder, 'cache'),
  ];
  const flags = [
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--build-constraints',
    'build.lock',
  ];
  const sdists = versions.sdistOnly.flatMap((name) => ['--no-binary', name]);
  const all = [...args, ...flags, ...sdists, '-r', 'requirements.lock'];
  return (
    await promisify(execFile)(uv, all, {
      cwd: folder,
      env: { ...process.env, TMPDIR: folder },
      maxBuffer: 1 << 26,
    })
  ).stderr;
}

describe('the sdist-only packages', () => {
  // uv takes a build requirement that build.lock doesn't name without a hash: so it must name all of them.
  it('are built with what build.lock holds and nothing else', async () => {
    const log = await build(readFileSync(buildLock, 'utf8'));
    const used = [...log.matchAll(/Installing build requirements?: (.*)/g)].map(([, what]) => what);
    const [setuptools] = readLock(readFileSync(buildLock, 'utf8'), buildLock);
    expect(used).toEqual(versions.sdistOnly.map(() => `setuptools==${String(setuptools?.version)}`));
  });

  it('are not built where setuptools has another hash than in build.lock', async () => {
    const wrong = readFileSync(buildLock, 'utf8').replace(/sha256:[0-9a-f]{8}/g, 'sha256:00000000');
    await expect(build(wrong)).rejects.toThrow('Hash mismatch for `setuptools==');
  });
});

/** docs/compatibility.md quotes these. */
describe('the pins of the design that can not stand', () => {
  const withPins = (pins: Readonly<Record<string, string>>): Versions => ({
    ...versions,
    text: Object.entries(pins).reduce(
      (text, [name, version]) => text.replace(new RegExp(`^${name}==\\S+`, 'm'), `${name}==${version}`),
      versions.text,
    ),
  });

  it.each([
    [
      { numpy: '1.24.3' },
      'whisperx',
      "whisperx==3.7.2 depends on numpy{python_full_version < '3.13'}>=2.0.2,<2.1.0",
    ],
    [
      { numpy: '2.1.0' },
      'whisperx',
      "whisperx==3.7.2 depends on numpy{python_full_version < '3.13'}>=2.0.2,<2.1.0",
    ],
    [{ scipy: '1.11.4' }, 'scipy', 'scipy==1.11.4 depends on numpy>=1.21.6,<1.28.0'],
    [{ scipy: '1.12.0' }, 'scipy', 'scipy==1.12.0 depends on numpy>=1.22.4,<1.29.0'],
    [{ torch: '2.1.0+cu121' }, 'torch', 'there is no version of torch==2.1.0+cu121'],
    [{ torch: '2.7.0', torchaudio: '2.7.0' }, 'whisperx', 'whisperx==3.7.2 depends on torch>=2.7.1'],
    [{ torchaudio: '2.7.0' }, 'torch\ntorchaudio', 'torchaudio==2.7.0 depends on torch==2.7.0'],
    [
      { torch: '2.1.0', torchaudio: '2.1.0' },
      'pyannote.audio',
      'pyannote-audio==3.4.0 depends on torchaudio>=2.2.0',
    ],
    [
      { 'huggingface-hub': '1.0.0' },
      'transformers',
      'transformers==4.57.1 depends on huggingface-hub>=0.34.0,<1.0',
    ],
  ])('%o with %s', async (pins, requirements, reason) => {
    expect(await compile(uv, `${requirements}\n`, [], withPins(pins), false)).toEqual({
      conflict: expect.stringContaining(reason) as string,
    });
  });
});
