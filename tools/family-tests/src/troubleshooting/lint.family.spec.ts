import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { run, type Answer } from '@cp-whisperx-app/nx-images/testing/docker';
import { copyWorkspace, environment } from '../engine.ts';
import { reproduces } from './reproduce.ts';

const clone = mkdtempSync(join(tmpdir(), 'troubleshooting-'));
const file = join(clone, 'images/asr/Dockerfile');
beforeAll(() => copyWorkspace(clone));
afterAll(() => {
  rmSync(clone, { recursive: true });
});

const shell = (script: string): Promise<Answer> =>
  run('bash', ['-euo', 'pipefail', '-c', script], { cwd: clone, env: { ...environment, CI: undefined } });
const lint = (): Promise<Answer> => shell('npx nx run asr:docker-lint');
const as = (): Readonly<Record<string, string>> => ({});

reproduces('slow-builds', as, async ({ sees, mend }) => {
  const right = readFileSync(file, 'utf8');
  const [script = ''] = /^COPY .*--from=script .*\n/m.exec(right) ?? [];
  expect(script).not.toBe('');
  const above = right.lastIndexOf('COPY --link --from=deps ');
  writeFileSync(file, right.slice(0, above) + script + right.slice(above).replace(script, ''));
  const failed = await lint();
  writeFileSync(file, right);
  sees(failed.output);
  const { code, output } = await shell(mend());
  expect(code, output).toBe(0);
});

reproduces('a-large-image', as, async ({ sees, mend }) => {
  const right = readFileSync(file, 'utf8');
  writeFileSync(file, right.replace('app-base-ml:cuda', 'app-base:cuda'));
  const failed = await lint();
  expect(failed.code).not.toBe(0);
  sees(failed.output);
  const { code, output } = await shell(mend());
  expect(code, output).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(right);
});
