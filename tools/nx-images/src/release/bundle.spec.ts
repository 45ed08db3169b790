import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { isWhole } from './bundle.ts';

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
