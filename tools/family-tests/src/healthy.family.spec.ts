import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { run, workspace } from './engine.ts';
import { FOLDERS } from './family.ts';

let said = '';

beforeAll(async () => {
  // Its audits come first: the layers of all images, read once.
  said = await run('npx', ['nx', 'run', 'images:budgets', '--output-style=stream']);
});

it.each(FOLDERS)('nothing is found in the layers of %s', (folder) => {
  const file = join(workspace, 'dist/audit', `${folder}.json`);
  const record = JSON.parse(readFileSync(file, 'utf8')) as {
    name: string;
    layers: { files: number }[];
    findings: unknown[];
  };
  expect(record.name).toBe(folder);
  expect(record.layers.reduce((sum, { files }) => sum + files, 0)).toBeGreaterThan(1000);
  expect(record.findings).toEqual([]);
});

it('every image is within its budget', () => {
  for (const folder of FOLDERS) expect(said).toMatch(new RegExp(`B .* {2}${folder}$`, 'm'));
  expect(said).not.toContain('larger than its budget');
});
