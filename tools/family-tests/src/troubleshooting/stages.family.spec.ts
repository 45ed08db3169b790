import { chmodSync, copyFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { run, type Answer } from '@cp-whisperx-app/nx-images/testing/docker';
import { environment, workspace } from '../engine.ts';
import { PREFIX } from '../family.ts';
import { reproduces, type Reproduction } from './reproduce.ts';

const folder = mkdtempSync(join(tmpdir(), 'stages-'));
const data = join(workspace, '.cache/test-data');
beforeAll(() => {
  copyFileSync(join(data, 'audio/speech.wav'), join(folder, 'speech.wav'));
  copyFileSync(join(data, 'audio/speech.wav'), join(folder, 'film.mkv'));
  cpSync(join(data, 'models/whisper-tiny.en'), join(folder, 'models/whisper-tiny.en'), { recursive: true });
  chmodSync(folder, 0o755);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const as = (): Readonly<Record<string, string>> => ({});
const shell = (script: string): Promise<Answer> =>
  run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder, env: environment });

/** Sees what `docker run` with these arguments says, types the mend, and finds what it makes. */
async function seeAndMend({ sees, mend }: Reproduction, failing: string, makes: string): Promise<void> {
  const failed = await shell(`docker run --rm -v "$PWD:/data" ${failing}`);
  expect(failed.code).not.toBe(0);
  sees(`${failed.output}exit code ${String(failed.code)}`);
  const { code, output } = await shell(mend());
  expect(code, output).toBe(0);
  expect(existsSync(join(folder, makes)), output).toBe(true);
  rmSync(join(folder, makes));
}

const OWN = '--user "$(id -u)"';
const SPEECH = '--input speech.wav --output speech.json';

reproduces('a-stage-cant-write-its-output', as, (entry) =>
  seeAndMend(entry, `--user 12345 ${PREFIX}demux:cpu --input film.mkv --output film.wav`, 'film.wav'),
);

reproduces('a-model-is-missing', as, (entry) =>
  seeAndMend(
    entry,
    `--network none ${OWN} -e HF_HUB_OFFLINE=1 ${PREFIX}asr:cuda ${SPEECH} --model large-v3`,
    'speech.json',
  ),
);

reproduces('the-gpu-is-not-seen', as, (entry) =>
  seeAndMend(entry, `${OWN} ${PREFIX}silero-vad:cuda ${SPEECH} --device cuda`, 'speech.json'),
);

reproduces('too-little-memory', as, (entry) =>
  seeAndMend(entry, `--memory 150m ${OWN} ${PREFIX}silero-vad:cuda ${SPEECH}`, 'speech.json'),
);

reproduces('cudnn-is-not-found', as, async ({ sees, mend }) => {
  sees((await shell(`docker run --rm -e LD_LIBRARY_PATH= ${PREFIX}asr:cuda selftest`)).output);
  const { code, output } = await shell(mend());
  expect(code, output).toBe(0);
  expect(output).toMatch(/libcudnn_ops\.so\.9 +loads/);
});
