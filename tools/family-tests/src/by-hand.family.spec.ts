import { afterAll, expect, it } from 'vitest';
import { diffIds, environment, run } from './engine.ts';
import { FAMILY } from './family.ts';

/** What docs/build.md tells people to type, root and CA bundle of this machine added where they are set. */
function byHand(folder: string, tag: string): string[] {
  const root = environment['NX_IMAGES_ARG_ROOT'];
  const builder = environment['NX_IMAGES_ARG_BUILDER'];
  const ca = environment['NX_IMAGES_SECRET_CA'] ?? environment['SSL_CERT_FILE'];
  return [
    ...[
      'build',
      '--build-context',
      'installer=libs/installer',
      '--build-context',
      'shared-py=libs/shared-py',
    ],
    ...(root === undefined ? [] : ['--build-arg', `ROOT=${root}`]),
    ...(builder === undefined ? [] : ['--build-arg', `BUILDER=${builder}`]),
    ...(ca === undefined ? [] : ['--secret', `id=ca,src=${ca}`]),
    ...['--tag', tag, folder],
  ];
}

const made: string[] = [];
afterAll(async () => {
  await run('docker', ['image', 'rm', ...made]);
});

it.each(FAMILY)(
  'plain docker build of images/$folder gives the layers that Nx gives',
  async ({ folder, image }) => {
    const tag = `by-hand-${folder}:test`;
    await run('docker', byHand(`images/${folder}`, tag));
    made.push(tag);
    expect(await diffIds(tag)).toEqual(await diffIds(image));
  },
);
