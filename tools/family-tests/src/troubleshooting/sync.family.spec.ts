import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { run as answerOf, type Answer } from '@cp-whisperx-app/nx-images/testing/docker';
import { copyWorkspace, environment, run } from '../engine.ts';
import { reproduces, type Reproduction } from './reproduce.ts';

const clone = mkdtempSync(join(tmpdir(), 'troubleshooting-'));
beforeAll(() => copyWorkspace(clone, ['.cache/uv', '.cache/test-data']));
afterAll(() => {
  rmSync(clone, { recursive: true });
});

const shell = (script: string): Promise<Answer> =>
  answerOf('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: clone,
    env: { ...environment, CI: undefined },
  });
const append = (file: string, line: string): void => {
  appendFileSync(join(clone, file), `${line}\n`);
};
const as = (): Readonly<Record<string, string>> => ({});

/** Sees what the commands say that fail, mends it, and sees nothing out of sync. */
async function seeAndMend({ sees, mend }: Reproduction, failing: string): Promise<void> {
  const failed = await shell(failing);
  expect(failed.code).not.toBe(0);
  sees(failed.output);
  const mended = await shell(mend());
  expect(mended.code, mended.output).toBe(0);
  expect((await shell('npx nx sync:check')).output).toContain('up to date');
  await run('git', ['reset', '--quiet', '--hard'], clone);
}

reproduces('versionstxt-cant-be-read', as, async (entry) => {
  append('libs/versions/versions.txt', 'rich=14');
  await seeAndMend(entry, 'npx nx sync:check');
});

reproduces('a-pytorch-version-conflict', as, async (entry) => {
  append('images/asr/requirements.in', 'torch==2.8.0');
  await seeAndMend(entry, 'npx nx sync');
});

reproduces('a-lock-is-stale', as, async (entry) => {
  append('images/asr/requirements.in', 'soundfile');
  await seeAndMend(entry, 'npx nx sync:check');
});

reproduces('an-image-without-tests', as, async ({ sees, mend }) => {
  rmSync(join(clone, 'images/mux/tests'), { recursive: true });
  sees((await shell('npx nx run mux:docker-test')).output);
  const { code, output } = await shell(mend());
  expect(code, output).toBe(0);
  expect(output).toMatch(/ passed/);
});
