import { open, type FileHandle } from 'node:fs/promises';
import type { Wave } from './data.ts';

/** More make no difference on a screen, and 128 kB of a page. */
const MOST_BINS = 65_536;
const BINS_PER_SECOND = 50;
const CHUNK_BYTES = 1 << 20;

/**
 * The lowest and highest sample in each bin of a wav file: one channel of 16-bit PCM, as demux writes it. Reads piece
 * by piece: a film of three hours has 345 MB.
 * @throws WaveProblem it is no such file
 */
export async function readWave(path: string): Promise<Wave> {
  const file = await open(path);
  try {
    const { rate, start, bytes } = await readHeader(file);
    const samples = Math.floor(bytes / 2);
    const seconds = samples / rate;
    const bins = Math.min(MOST_BINS, samples, Math.ceil(seconds * BINS_PER_SECOND));
    return { bins, seconds, peaks: (await readPeaks(file, start, samples, bins)).toString('base64') };
  } finally {
    await file.close();
  }
}

/** Says of a wav file what keeps it from being shown. */
export class WaveProblem extends Error {}

/** Where the samples stand. Chunks of RIFF: four letters, the length of what follows, padded to an even number. */
async function readHeader(file: FileHandle): Promise<{ rate: number; start: number; bytes: number }> {
  const { size } = await file.stat();
  const head = await read(file, 0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE')
    throw new WaveProblem('it is no wav file');
  let rate = 0;
  for (let at = 12; at + 8 <= size;) {
    const chunk = await read(file, at, 24);
    const name = chunk.toString('latin1', 0, 4);
    const length = chunk.readUInt32LE(4);
    if (name === 'data' && rate > 0) return { rate, start: at + 8, bytes: Math.min(length, size - at - 8) };
    if (name === 'fmt ') rate = readFormat(chunk);
    at += 8 + length + (length % 2);
  }
  throw new WaveProblem('it holds no samples');
}

/** The rate, in samples a second. */
function readFormat(chunk: Buffer): number {
  const [format, channels, bits] = [chunk.readUInt16LE(8), chunk.readUInt16LE(10), chunk.readUInt16LE(22)];
  const rate = chunk.readUInt32LE(12);
  if (format === 1 && channels === 1 && bits === 16 && rate > 0) return rate;
  throw new WaveProblem(`it is not 16-bit PCM of one channel (format ${format}, ${channels} × ${bits} bits)`);
}

/** Two signed bytes for each bin. Bin i has the samples from i/bins to (i+1)/bins of all. */
async function readPeaks(file: FileHandle, start: number, samples: number, bins: number): Promise<Buffer> {
  const peaks = Buffer.alloc(2 * bins);
  const buffer = new Int16Array(CHUNK_BYTES / 2);
  let [low, high, bin] = [0, 0, 0];
  let next = Math.floor(samples / bins);
  for (let first = 0; first < samples;) {
    const wanted = Math.min(buffer.length, samples - first);
    await fill(file, Buffer.from(buffer.buffer, 0, 2 * wanted), start + 2 * first);
    for (let index = 0; index < wanted; index++) {
      const sample = buffer[index] ?? 0;
      if (sample < low) low = sample;
      if (sample > high) high = sample;
      if (first + index + 1 < next) continue;
      peaks.writeInt8(toByte(low), 2 * bin);
      peaks.writeInt8(toByte(high), 2 * bin + 1);
      bin++;
      next = Math.floor((samples * (bin + 1)) / bins);
      low = high = 0;
    }
    first += wanted;
  }
  return peaks;
}

const toByte = (sample: number): number => Math.round((sample / 32_768) * 127);

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  await file.read(buffer, 0, length, position);
  return buffer;
}

async function fill(file: FileHandle, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const { bytesRead } = await file.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) throw new WaveProblem('it ended while it was read');
    done += bytesRead;
  }
}
