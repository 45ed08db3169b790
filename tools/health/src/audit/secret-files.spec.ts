import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { secretHashes } from './secret-files.ts';

test('by the hash of their content; a missing file has none, an empty one is what a mount leaves behind', () => {
  const folder = tempFolder();
  writeFiles(folder, { ca: 'bundle', empty: '' });
  const paths = { ca: join(folder, 'ca'), index: join(folder, 'none'), other: join(folder, 'empty') };
  expect([...secretHashes(paths)]).toEqual([[createHash('sha256').update('bundle').digest('hex'), 'ca']]);
});
