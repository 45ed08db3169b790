import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { fetchBlob, isWhole } from './bundle.ts';

test.each<[what: string, text: string | undefined, whole: boolean]>([
  ['right', 'text', true],
  ['of the right size only', 'tex.', false],
  ['cut off', 'tex', false],
  ['not there', undefined, false],
])('a blob that is %s', async (_what, text, whole) => {
  const folder = tempFolder();
  if (text !== undefined) writeFiles(folder, { blob: text });
  const digest = `sha256:${createHash('sha256').update('text').digest('hex')}`;
  expect(await isWhole(join(folder, 'blob'), { digest, size: 4 })).toBe(whole);
});

test('two processes fetch one blob into one folder, and neither fails', async () => {
  const file = join(tempFolder(), 'blobs/sha256/a');
  const wanted = { digest: 'sha256:a', size: 4, repository: 'o/app' };
  const from = (stream: Readable) => ({ blobStream: () => Promise.resolve(stream) });
  const slow = new PassThrough();
  slow.write('te');
  const first = fetchBlob(wanted, from(slow), file);
  const pid = vi.spyOn(process, 'pid', 'get').mockReturnValue(process.pid + 1);
  await fetchBlob(wanted, from(Readable.from([Buffer.from('text')])), file);
  pid.mockRestore();
  slow.end('xt');
  await first;
  expect(readFileSync(file, 'utf8')).toBe('text');
  expect(readdirSync(join(file, '..'))).toEqual(['a']);
});
