import '@cp-whisperx-app/nx-images/testing/docker';
import { optionsOf, readWorkspace } from '@cp-whisperx-app/nx-images/api';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readFamily } from './files.ts';
import { runLinters } from './run.ts';
import { lintText } from './text.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

test('the real images: 0 findings and 0 silences by all three linters', async () => {
  const options = optionsOf(
    JSON.parse(readFileSync(`${ROOT}/nx.json`, 'utf8')) as Parameters<typeof optionsOf>[0],
  );
  const folders = readdirSync(`${ROOT}/images`, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const dockerfiles = folders.map(({ name }) => `images/${name}/Dockerfile`);
  const family = readFamily(ROOT, readWorkspace(ROOT, dockerfiles, options).graph, options);
  expect(family.size).toBe(15);
  for (const subject of family.values()) {
    const { record, problems } = await runLinters(ROOT, subject, family);
    console.log(lintText(record, 'text'));
    expect(problems).toEqual([]);
    expect([record.name, record.findings, record.silences]).toEqual([subject.name, [], []]);
    expect([record.linters.length, record.rules.length]).toEqual([3, 11]);
  }
});
