import { inspectImages } from '@cp-whisperx-app/nx-images/api';
import { runOrThrow } from '@cp-whisperx-app/nx-images/testing/docker';
import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { layUp } from './chain.ts';
import { listLayers } from './files.ts';
import type { LayerListing } from './layer/listing.ts';

const IMAGE = 'rajiup/cp-whisperx-app-post-ner:cpu';

let layers: readonly LayerListing[] = [];
const root = mkdtempSync(join(tmpdir(), 'nxtest-audit-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
beforeAll(async () => {
  const diffIds = (await inspectImages([IMAGE])).get(IMAGE)?.diffIds ?? [];
  layers = await listLayers(root, { reference: IMAGE, diffIds }, [], () => undefined);
});

test('paths, kinds and bytes are those that docker save and tar give', async () => {
  const folder = tempFolder();
  const script = `docker image save ${IMAGE} | tar -x -C ${folder}`;
  await runOrThrow('bash', ['-o', 'pipefail', '-c', script]);
  const [manifest] = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    Layers: string[];
  }[];
  const blobs = manifest?.Layers ?? [];
  expect(blobs).toHaveLength(layers.length);
  for (const [index, blob] of blobs.entries()) {
    const tar = (...options: readonly string[]): Promise<string> =>
      runOrThrow('tar', [...options, '--numeric-owner', '--quoting-style=literal', '-f', join(folder, blob)]);
    const paths = (await tar('-t')).split('\n').filter((path) => path !== '');
    const rows = (await tar('-tv')).split('\n').filter((row) => row !== '');
    const layer = layers[index];
    const plain = paths.map((path) => path.replace(/^\.?\//, '').replace(/\/$/, ''));
    expect(layer?.entries.map(({ path }) => path)).toEqual(plain);
    const kinds: Readonly<Record<string, string>> = { '-': 'file', h: 'link', l: 'symlink', d: 'folder' };
    expect(layer?.entries.map(({ kind }) => kind)).toEqual(
      rows.map((row) => kinds[row.slice(0, 1)] ?? 'other'),
    );
    const bytes = rows.map((row) => (row.startsWith('-') ? Number(row.split(/\s+/)[2]) : 0));
    expect(layer?.entries.map((entry) => entry.bytes)).toEqual(bytes);
    const setuid = rows.map((row) => row.startsWith('-') && /[sS]/.test(row.slice(1, 10)));
    expect(layer?.entries.map(({ mode }) => mode !== undefined)).toEqual(setuid);
  }
});

test('what is hidden and what is visible are all bytes', () => {
  const { hides, visible } = layUp(layers.map(({ entries }) => entries));
  const all = layers.flatMap(({ entries }) => entries).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(hides.reduce((sum, bytes) => sum + bytes, 0) + visible).toBe(all);
  expect(visible).toBeGreaterThan(900e6);
});

test('the distributions are those that the interpreter in the image finds', async () => {
  const program =
    'import importlib.metadata as m, re; print("\\n".join(sorted({re.sub("[-_.]+", "-", d.metadata["Name"]).lower() + " " + d.version for d in m.distributions(path=["/opt/venv/lib/python3.11/site-packages"])})))';
  const found = await runOrThrow('docker', ['run', '--rm', '--entrypoint=python', IMAGE, '-c', program]);
  const listed = layers
    .flatMap(({ distributions }) => distributions)
    .filter(({ folder }) => folder.startsWith('opt/venv'))
    .map(({ name, version }) => `${name} ${version}`);
  expect(listed.sort()).toEqual(found.split('\n'));
});
