import type { ExecutorContext } from '@nx/devkit';
import { resolve } from 'node:path';
import { writeBundle } from '../../release/bundle.ts';
import { readRelease, writing } from '../../release/files.ts';
import { megabytes } from '../../units.ts';
import { say } from '../../release/workspace.ts';
import { task } from '../task.ts';

interface Options {
  readonly release: string;
  readonly output?: string;
}

/** Puts the images of a release into an OCI image layout. */
export default function imagesBundle(
  { release: file, output }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const release = readRelease(nx.root, file);
    const folder = output ?? `dist/bundles/${release.name}`;
    const bytes = await writing(folder, () => writeBundle(release, resolve(nx.root, folder), say));
    say(
      `${folder} is a bundle of ${release.name}: ${Object.keys(release.images).length} images, ${megabytes(bytes)}`,
    );
    say(`to load it: npx nx run images:load --bundle ${folder}`);
    return true;
  });
}
