import type { ExecutorContext } from '@nx/devkit';
import { expect, test, vi } from 'vitest';
import { writeFiles, tempFolder } from '../../testing/folders.ts';
import imagesLoad from './executor.ts';

/** What a call says is wrong. */
async function failure(options: Parameters<typeof imagesLoad>[0], root: string): Promise<string> {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { success } = await imagesLoad(options, { root } as ExecutorContext);
  expect(success).toBe(false);
  const said = error.mock.calls.map(([line]) => String(line)).join('\n');
  error.mockRestore();
  return said;
}

test('a release and a bundle at once are refused', async () => {
  expect(await failure({ release: 'a.json', bundle: 'b' }, tempFolder())).toContain('(load-from-two)');
});

test('a folder that is no bundle is told so, with its file', async () => {
  expect(await failure({ bundle: 'b' }, tempFolder())).toContain(
    'b/release.json: there is no release to read',
  );
});

test('a file that is no release is told with its line', async () => {
  const root = tempFolder();
  writeFiles(root, { 'r.json': '{\n  "x-release"\n' });
  expect(await failure({ release: 'r.json' }, root)).toContain('r.json:2: it is cut off (release-not-json)');
});
