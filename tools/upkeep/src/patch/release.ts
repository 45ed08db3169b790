import { ProblemError } from '@cp-whisperx-app/problem';
import { runImages, type Change } from '../finish.ts';
import { runNx } from '../run-nx.ts';

/**
 * Publishes all images and writes the release, where there is a registry; says that there is none otherwise.
 * @param registry `HOST[/PATH]`, several with commas between; empty for none
 * @throws ProblemError `not-built`, `not-released`
 */
export async function releaseImages(change: Change, registry: string): Promise<void> {
  const { root, say } = change;
  if (registry === '') {
    say('    not released: NX_IMAGES_REGISTRY names no registry (docs/releases.md)');
    return;
  }
  await runImages(change, 'docker-build', { NX_IMAGES_PUBLISH: 'true' });
  if ((await runNx(root, ['run', 'images:release'])).length > 0)
    throw new ProblemError({
      code: 'not-released',
      message: 'all images are built and tested, and the release is not written',
      mend: 'mend what it says above, then npx nx run images:release',
    });
}
