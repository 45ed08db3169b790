import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chunk, wavOf } from './testing/wav.ts';
import { readWave, WaveProblem } from './wave.ts';

const folder = mkdtempSync(join(tmpdir(), 'wave-'));
const file = join(folder, 'audio.wav');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const peaksOf = (base64: string): number[] => [...new Int8Array(Buffer.from(base64, 'base64'))];

test('each bin has its own lowest and highest sample', async () => {
  // 50 bins a second, of 320 samples.
  const samples = new Int16Array(16_000);
  samples[0] = -32_768;
  samples[319] = 16_384;
  samples[320] = 32_767;
  samples[15_999] = -8192;
  writeFileSync(file, wavOf(samples));
  const { bins, seconds, peaks } = await readWave(file);
  expect([bins, seconds]).toEqual([50, 1]);
  expect(peaksOf(peaks).slice(0, 6)).toEqual([-127, 64, 0, 127, 0, 0]);
  expect(peaksOf(peaks).slice(-2)).toEqual([-32, 0]);
});

test('bins over the border of what is read at once, and a last piece of its own', async () => {
  const samples = new Int16Array((1 << 19) + 1001).fill(1000);
  samples[1 << 19] = -30_000;
  writeFileSync(file, wavOf(samples));
  const { bins, peaks } = await readWave(file);
  const values = peaksOf(peaks);
  const bin = Math.floor(((1 << 19) / samples.length) * bins);
  expect(values.filter((_, index) => index % 2 === 0 && values[index] !== 0)).toEqual([-116]);
  expect(values[2 * bin]).toBe(-116);
  expect(values.filter((value, index) => index % 2 === 1 && value !== 4)).toEqual([]);
});

test('what stands before the samples is passed over, and a length that lies', async () => {
  const samples = new Int16Array(320).fill(5000);
  const wav = wavOf(samples, 16_000, chunk('LIST', Buffer.from('odd')));
  wav.writeUInt32LE(0xff_ff_ff_ff, wav.length - 644);
  writeFileSync(file, wav);
  expect(await readWave(file)).toEqual({
    bins: 1,
    seconds: 0.02,
    peaks: Buffer.from([0, 19]).toString('base64'),
  });
});

test('no samples are no bins', async () => {
  writeFileSync(file, wavOf(new Int16Array(0)));
  expect(await readWave(file)).toEqual({ bins: 0, seconds: 0, peaks: '' });
});

test('three hours never lie in memory, and have as many bins as a page can bear', async () => {
  const wav = wavOf(new Int16Array(0));
  const bytes = 3 * 3600 * 32_000;
  wav.writeUInt32LE(bytes, wav.length - 4);
  writeFileSync(file, wav);
  truncateSync(file, wav.length + bytes);
  const before = process.resourceUsage().maxRSS;
  const { bins, seconds } = await readWave(file);
  expect([bins, seconds]).toEqual([65_536, 10_800]);
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(100_000);
});

const stereo = wavOf(new Int16Array(320));
stereo.writeUInt16LE(2, 22);

test.each<[why: string, bytes: Buffer]>([
  ['it is no wav file', Buffer.from('')],
  ['it is no wav file', Buffer.from('{"no": "sound at all"}')],
  ['it holds no samples', chunk('RIFF', Buffer.from('WAVE'))],
  ['it is not 16-bit PCM of one channel (format 1, 2 × 16 bits)', stereo],
])('%s', async (why, bytes) => {
  writeFileSync(file, bytes);
  await expect(readWave(file)).rejects.toThrow(new WaveProblem(why));
});
