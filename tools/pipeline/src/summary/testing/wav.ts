/** A wav file of one channel of 16-bit PCM. `extra` are whole chunks before the samples. */
export function wavOf(samples: Int16Array, rate = 16_000, extra: Buffer = Buffer.alloc(0)): Buffer {
  const format = Buffer.alloc(16);
  [1, 1].forEach((value, index) => format.writeUInt16LE(value, 2 * index));
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(2 * rate, 8);
  [2, 16].forEach((value, index) => format.writeUInt16LE(value, 12 + 2 * index));
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const body = Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), extra, chunk('data', bytes)]);
  return chunk('RIFF', body);
}

/** One chunk of a RIFF file, padded to an even length. */
export function chunk(name: string, body: Buffer): Buffer {
  const head = Buffer.from(`${name}....`);
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}
