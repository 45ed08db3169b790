import { readUnder, versionsOf } from './files.ts';
import { readLock } from './lock.ts';
import { planLocks, uvLock } from './plan.ts';
import type { LockedImage } from './plan.ts';
import { compile, pinnedUv } from './uv.ts';
import { versionsFile } from './versions.ts';

/** Package → version. */
export type VersionsByName = ReadonlyMap<string, string>;

/**
 * The newest release of each package that a Python of the images could install, whatever else the family asks for:
 * final, with a wheel unless it is one of the sdist-only. Which of two versions is newer uv decides (PEP 440).
 * @param asOf RFC 3339 moment; later releases don't count
 * @throws ProblemError where the index can't be asked
 */
export async function newestReleases(
  root: string,
  names: readonly string[],
  asOf: string,
): Promise<VersionsByName> {
  return (await resolveAlone(root, names, asOf)) ?? new Map();
}

/** Whether there is such a release of a package up to a moment. @throws ProblemError where the index can't be asked */
export async function isReleased(
  root: string,
  [name, version]: readonly [string, string],
  asOf: string,
): Promise<boolean> {
  return (await resolveAlone(root, [`${name}==${version}`], asOf)) !== undefined;
}

/** Resolves what is asked for without what that needs. */
async function resolveAlone(
  root: string,
  asked: readonly string[],
  asOf: string,
): Promise<VersionsByName | undefined> {
  const read = readUnder(root);
  const versions = versionsOf(read);
  const uv = await pinnedUv(root, versions, read(uvLock));
  const free = { ...versions, text: '', excludeNewer: asOf };
  const compiled = await compile(uv, `${asked.join('\n')}\n`, [], free, false, ['--no-deps']);
  return 'conflict' in compiled ? undefined : byName(compiled.printed);
}

/** Where a version may lie: PEP 440's `>above,<below`. */
export interface Between {
  readonly above: string;
  readonly below: string;
}

/**
 * What the resolver would choose for packages whose pins are taken away, were all images one: every requirement
 * of every image in one set. The family's own answer can differ, for an image resolves against the locks under it, so
 * it is a candidate for `compileLocks` and no more. Undefined where the set doesn't resolve.
 * @param free normalised names, the one that matters most first: it gets the newest release that the set allows
 * @param asOf RFC 3339 moment; later releases don't count
 * @throws ProblemError where versions.txt or a requirements.in is malformed, or the index can't be asked
 */
export async function chosenTogether(
  root: string,
  images: readonly LockedImage[],
  free: readonly string[],
  { above, below }: Between,
  asOf: string,
): Promise<VersionsByName | undefined> {
  const read = readUnder(root);
  const versions = versionsOf(read);
  const uv = await pinnedUv(root, versions, read(uvLock));
  const asked = planLocks(images, read).flatMap(({ lock, requirements }) =>
    lock.startsWith('images/') ? requirements.direct.map(({ text }) => text) : [],
  );
  const bounds = free.map((name) => `${name}>${above},<${below}`);
  const requirements = [...new Set([...bounds, ...asked])];
  const gone = new Set(free.map((name) => versions.pins.get(name)?.line));
  const kept = versions.text.split('\n').filter((_, index) => !gone.has(index + 1));
  const freed = { ...versions, text: kept.join('\n'), excludeNewer: asOf };
  const compiled = await compile(uv, `${requirements.join('\n')}\n`, [], freed, false);
  return 'conflict' in compiled ? undefined : byName(compiled.printed);
}

const byName = (printed: string): VersionsByName =>
  new Map(readLock(printed, versionsFile).map(({ name, version }) => [name, version]));
