import { chmodSync, copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run } from '@cp-whisperx-app/nx-images/testing/docker';
import { docCommands } from './docs-commands.ts';
import { matches } from './docs-rows.ts';
import { RUN_HERE } from './docs-run-here.ts';
import { copyWorkspace, environment, workspace } from './engine.ts';
import { imageOf } from './family.ts';

/** What people write in the place of these words. */
const FILLED: Readonly<Record<string, string>> = { NAME: 'mux', IMAGE: imageOf('mux') };

const clone = mkdtempSync(join(tmpdir(), 'docs-'));
const data = join(workspace, '.cache/test-data');

/** A copy of the workspace, with the files that the commands take. */
beforeAll(async () => {
  await copyWorkspace(clone);
  copyFileSync(join(data, 'audio/speech.wav'), join(clone, 'speech.wav'));
  copyFileSync(join(data, 'audio/speech.wav'), join(clone, 'film.mkv'));
  cpSync(join(data, 'models/whisper-tiny.en'), join(clone, 'models/whisper-tiny.en'), { recursive: true });
  // The images write as user 1000.
  chmodSync(clone, 0o777);
});
afterAll(() => {
  rmSync(clone, { recursive: true, force: true });
});

const commands = docCommands(workspace);
/** One of each, however many pages have it. */
const typed = RUN_HERE.flatMap(([pattern, how]) => {
  if (how !== 'as it stands') return [filled(how.run)];
  const found = commands.filter(({ command }) => matches(pattern, command));
  return [...new Map(found.map(({ command, text }) => [command, filled(text)])).values()];
});

it.each([...new Set(typed)])('%s', async (command) => {
  const { code, output } = await run('bash', ['-euo', 'pipefail', '-c', command], {
    cwd: clone,
    env: { ...environment, CI: undefined },
  });
  expect(code, output).toBe(0);
});

function filled(command: string): string {
  return command.replace(/\b[A-Z]+\b/g, (word) => FILLED[word] ?? word);
}
