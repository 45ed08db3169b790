import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run, workspace } from './engine.ts';
import { FAMILY, FOLDERS, imageOf } from './family.ts';

const data = mkdtempSync(join(tmpdir(), 'family-data-'));
chmodSync(data, 0o777);
afterAll(() => {
  rmSync(data, { recursive: true });
});

it.each(FAMILY)('$image runs as uid 1000 by itself, and says what it is', async ({ image }) => {
  const { Config, Architecture } = JSON.parse(
    await run('docker', ['image', 'inspect', '--format', '{{json .}}', image]),
  ) as { Config: { User: string; Labels: Record<string, string> }; Architecture: string };
  expect(Config.User).toBe('1000:1000');
  expect(Architecture).toBe('amd64');
  expect(Config.Labels).toMatchObject({
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.description': expect.stringMatching(/\w/) as string,
    'io.github.nx-images.key': expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

it('each image is titled as its folder is', async () => {
  const format = '{{index .Config.Labels "org.opencontainers.image.title"}}';
  const titles = await run('docker', [
    'image',
    'inspect',
    '--format',
    format,
    ...FAMILY.map(({ image }) => image),
  ]);
  expect(titles.trim().split('\n')).toEqual(FOLDERS);
});

it('asr, as its image is, transcribes a wav without a network', async () => {
  const testData = join(workspace, '.cache/test-data');
  await run('docker', [
    ...['run', '--rm', '--network=none', `--volume=${testData}:/test-data:ro`, `--volume=${data}:/data`],
    ...[imageOf('asr'), '--input=/test-data/audio/speech.wav', '--output=/data/speech.json'],
    ...['--model=/test-data/models/whisper-tiny.en', '--language=en', '--words=attention'],
  ]);
  const { segments } = JSON.parse(readFileSync(join(data, 'speech.json'), 'utf8')) as {
    segments: { text: string; words: { start: number; end: number }[] }[];
  };
  const text = segments.map((segment) => segment.text).join(' ');
  for (const spoken of ['Alice', 'Mumbai', 'Bob']) expect(text).toContain(spoken);
  expect(segments.flatMap(({ words }) => words).length).toBeGreaterThan(5);
});
