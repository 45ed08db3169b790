import type { ExecutorContext } from '@nx/devkit';
import { expect, test, vi } from 'vitest';
import { writeFiles, tempFolder } from '../../testing/folders.ts';
import { releaseText } from '../../release/release.ts';
import { releaseWith } from '../../release/testing/release.ts';
import imagesLoad from './executor.ts';

const NX_JSON = {
  plugins: [{ plugin: '@cp-whisperx-app/nx-images', options: { imageName: 'o/app-{name}:{tag}' } }],
};

/** What a call says is wrong. */
async function failure(options: Parameters<typeof imagesLoad>[0], root: string): Promise<string> {
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { success } = await imagesLoad(options, { root, nxJsonConfiguration: NX_JSON } as ExecutorContext);
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

test.each([[{ release: 'b/release.json' }], [{ bundle: 'b' }]])(
  'a release that would take a name of others is refused: %j',
  async (options) => {
    const root = tempFolder();
    const { images } = releaseWith();
    const evil = { ...images, demux: { ...images['ml'], image: 'python:3.11-evil' } };
    const text = releaseText(releaseWith({ images: evil as typeof images }));
    writeFiles(root, { 'b/release.json': text, 'b/index.json': '{}' });
    const said = await failure(options, root);
    expect(said).toContain('v1 calls its image demux python:3.11-evil, which is no name of');
    expect(said).toContain('(foreign-image-name)');
    expect(said).not.toContain('app-ml');
  },
);
