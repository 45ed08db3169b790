import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTar, tarOf } from '../testing/tars.ts';
import { readBlob } from './blob.ts';

const blob = (content: Buffer): AsyncIterable<Uint8Array> =>
  Readable.from([content.subarray(0, 5), content.subarray(5)].filter(({ length }) => length > 0));

test('a layer is the same compressed and not, and counted uncompressed', async () => {
  const tar = await tarOf(['a', 'x'.repeat(5000)]);
  const expected = await readTar(tar);
  for (const content of [tar, gzipSync(tar)]) {
    let bytes = 0;
    expect(await readBlob(blob(content), (more) => (bytes += more))).toEqual(expected);
    expect(bytes).toBe(tar.length);
  }
});

test.each([
  ['JSON', '{"a": 1}'],
  ['an empty blob', ''],
])('%s is no layer', async (_, text) => {
  expect(await readBlob(blob(Buffer.from(text)), () => undefined)).toBeUndefined();
});

test('a layer whose first file has a name like JSON is a layer', async () => {
  const tar = await tarOf(['{"a": 1}', 'x']);
  const layer = await readBlob(Readable.from([tar]), () => undefined);
  expect(layer?.entries.map(({ path }) => path)).toEqual(['{"a": 1}']);
});

test('a layer whose compression breaks off is refused', async () => {
  const whole = gzipSync(await tarOf(['a', 'x'.repeat(5000)]));
  await expect(readBlob(blob(whole.subarray(0, -20)), () => undefined)).rejects.toThrow(
    'unexpected end of file',
  );
});
