import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LockedImage } from './plan.ts';
import { chosenTogether, isReleased, newestReleases } from './releases.ts';
import { versionsFile } from './versions.ts';

let root: string;
const cutOff = '2025-11-20T00:00:00Z';
const image = (name: string, base?: string): LockedImage => ({ name, folder: `images/${name}`, base });
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'releases-'));
  write(versionsFile, readFileSync(versionsFile, 'utf8'));
  write('images/base/requirements.in', 'numpy\n');
  write('images/asr/requirements.in', 'whisperx\n');
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

it('tells the newest release up to a moment, whatever the family pins and asks', async () => {
  const newest = await newestReleases(root, ['numpy', 'torch', 'pysrt'], '2025-03-01T00:00:00Z');
  expect([...newest].sort()).toEqual([
    ['numpy', '2.2.3'],
    ['pysrt', '1.1.2'],
    ['torch', '2.6.0'],
  ]);
});

it.each([
  ['2.3.5', cutOff, true],
  ['2.3.5', '2025-11-01T00:00:00Z', false],
  ['2.3.99', cutOff, false],
])('numpy %s up to %s: %s', async (version, asOf, released) => {
  expect(await isReleased(root, ['numpy', version], asOf)).toBe(released);
});

it('chooses the newest between two that all images take, not the first only', async () => {
  const chosen = async (below: string, ...images: LockedImage[]) =>
    (await chosenTogether(root, images, ['numpy'], { above: '2.0.1', below }, cutOff))?.get('numpy');
  const base = image('base');
  expect(await chosen('2.4.0', base)).toBe('2.3.5');
  expect(await chosen('2.3.5', base)).toBe('2.3.4');
  expect(await chosen('2.4.0', base, image('asr', 'base'))).toBe('2.0.2');
  expect(await chosen('2.0.2', base, image('asr', 'base'))).toBeUndefined();
});
