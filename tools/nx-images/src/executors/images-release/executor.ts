import { ProblemError } from '@cp-whisperx-app/problem';
import type { ExecutorContext } from '@nx/devkit';
import { addressText } from '../../registry/lookup.ts';
import { openRegistries } from '../../registry/open.ts';
import { collectImages } from '../../release/collect.ts';
import { RELEASES, writeRelease, writing } from '../../release/files.ts';
import { headOf } from '../../release/git.ts';
import { RELEASE_NAME } from '../../release/parse.ts';
import type { Release } from '../../release/release.ts';
import { megabytes } from '../../units.ts';
import { firstRegistry, optionsOfRun, presentPlans, say } from '../../release/workspace.ts';
import { task } from '../task.ts';

interface Options {
  readonly name?: string;
  readonly output?: string;
}

/** Writes what the registry has of the present sources into the file of a release. */
export default function imagesRelease(
  { name = nameOf(new Date()), output }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    checkName(name);
    const options = optionsOfRun(nx);
    const registry = firstRegistry(options);
    const [, ...others] = openRegistries(options.registry);
    const { revision, dirty } = await headOf(nx.root);
    const images = await collectImages(presentPlans(nx), registry, others);
    const release: Release = {
      schema: 1,
      name,
      created: new Date().toISOString(),
      revision,
      ...(dirty ? { dirty } : {}),
      registry: addressText(registry),
      images,
    };
    const file = output ?? `${RELEASES}/${name}.json`;
    const written = await writing(file, () => writeRelease(nx.root, file, release));
    for (const [project, { digest, size }] of Object.entries(images))
      say(`${project}: ${digest}, ${megabytes(size)}`);
    if (dirty) say('warning: files differ from the commit that the release names');
    say(
      `${file} ${written ? 'is' : 'was already'} the release ${name}: ${Object.keys(images).length} images`,
    );
    return true;
  });
}

/** `2026-11-25T0712Z` */
const nameOf = (time: Date): string => time.toISOString().replace(/:(\d\d):.*$/, '$1Z');

function checkName(name: string): void {
  if (RELEASE_NAME.test(name)) return;
  throw new ProblemError({
    code: 'release-name',
    message: `"${name}" is no name of a release`,
    mend: 'use letters, digits, ".", "_", "+" and "-": --name=v1.2.0',
  });
}
