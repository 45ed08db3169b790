import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { copyWorkspace, run, workspace } from './engine.ts';
import { FOLDERS } from './family.ts';

let said = '';

beforeAll(async () => {
  // Its audits come first: the layers of all images, read once.
  said = await run('npx', ['nx', 'run', 'images:budgets', '--output-style=stream']);
}, 1_800_000);

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

it('an image that grew is told with its layer, and accepted by the command that it names', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'budgets-'));
  try {
    await copyWorkspace(copy, ['dist/audit']);
    const file = 'images/tmdb/budget.json';
    const budget = JSON.parse(readFileSync(join(copy, file), 'utf8')) as { layers: Record<string, number> };
    budget.layers['COPY --from=deps /opt'] = 1e6;
    writeFileSync(join(copy, file), JSON.stringify(budget));
    const audited = ['--audited', '--excludeTaskDependencies', '--output-style=stream'];
    await expect(run('npx', ['nx', 'run', 'images:budgets', ...audited], copy)).rejects.toThrow(
      /tmdb[^]*COPY --from=deps \/opt[^]*mend: .*npx nx run images:budgets:update/,
    );
    await run('npx', ['nx', 'run', 'images:budgets:update', ...audited], copy);
    expect(await run('npx', ['nx', 'run', 'images:budgets', ...audited], copy)).toMatch(/B .* {2}tmdb$/m);
    const changed = (await run('git', ['status', '--porcelain'], copy))
      .split('\n')
      .filter((line) => line !== '');
    expect(changed.filter((line) => !line.endsWith('/budget.json'))).toEqual([]);
  } finally {
    rmSync(copy, { recursive: true });
  }
});
