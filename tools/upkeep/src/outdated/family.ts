import type { ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import {
  chosenTogether,
  compileLocks,
  editVersions,
  normalName,
  versionsFile,
  type LockedImage,
  type Versions,
  type VersionsByName,
} from '@cp-whisperx-app/versions';
import { affectedImages, namesOf } from '../update/affected.ts';
import type { Asks, Group } from './look.ts';

/**
 * The pinned packages that aren't at their newest, coupled ones as one. Pure.
 * @param only these packages; all where it is empty
 * @throws ProblemError `unpinned` for a name that no line pins
 */
export function groupsOf(
  { pins, coupled }: Versions,
  newest: VersionsByName,
  only: readonly string[],
): readonly Group[] {
  const asked = new Set(only.map(normalName));
  const unknown = [...asked].filter((name) => !pins.has(name));
  if (unknown.length > 0)
    throw new ProblemError(
      ...unknown.map((name) => ({
        code: 'unpinned',
        message: `${name} is not pinned in ${versionsFile}`,
        mend: 'name a package that is, or none for all',
      })),
    );
  const groups = new Map(
    [...pins.keys()].map((name) => {
      const names = coupled.find((group) => group.includes(name)) ?? [name];
      return [names[0] ?? name, names] as const;
    }),
  );
  return [...groups].flatMap(([first, names]) => {
    const [ours = '', theirs = ''] = [pins.get(first)?.version, newest.get(first)];
    const wanted = asked.size === 0 || names.some((name) => asked.has(name));
    return wanted && theirs !== '' && theirs !== ours ? [{ names, ours, newest: theirs }] : [];
  });
}

/**
 * Asks the real resolver, all locks of the family at a time. What an answer rebuilds is told against the locks as they
 * would be today without it, so that it is that package's doing alone. Writes nothing.
 * @param text of versions.txt
 * @param asOf the cut-off date in place of that of versions.txt
 * @throws ProblemError where the family doesn't resolve up to that date as it is
 */
export async function askFamily(
  root: string,
  images: readonly LockedImage[],
  graph: ImageGraph,
  text: string,
  asOf: string,
): Promise<Asks> {
  const compiledWith = (pins: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> => {
    const edited = editVersions(text, { pins, facts: { 'exclude-newer': asOf } });
    return compileLocks(root, images, { texts: new Map([[versionsFile, edited]]) });
  };
  const today = await compiledWith(new Map());
  return {
    tryAt: async (names, version) => {
      const locks = await compiledWith(new Map(names.map((name) => [name, version])));
      const moved = [...locks].filter(([path, lock]) => path.endsWith('.lock') && today.get(path) !== lock);
      return namesOf(
        affectedImages(
          graph,
          moved.map(([path]) => path),
        ),
      );
    },
    together: (names, between) => chosenTogether(root, images, names, between, asOf),
  };
}
