import type { Versions } from './versions.ts';

/** Which fact of versions.txt a build argument of a Dockerfile repeats. */
const repeated: Readonly<Record<string, (versions: Versions) => string>> = {
  ROOT: ({ root }) => root,
  BUILDER: ({ builder }) => builder,
  DEBIAN_SNAPSHOT: ({ debianSnapshot }) => debianSnapshot,
};

/**
 * A Dockerfile with the defaults of `ARG ROOT=…`, `ARG BUILDER=…` and `ARG DEBIAN_SNAPSHOT=…` as versions.txt has
 * them, every other byte as it was. (A plain `docker build` can't read versions.txt, so the values stand in the
 * Dockerfile a second time, and sync keeps them.)
 */
export function syncPins(dockerfileText: string, versions: Versions): string {
  return dockerfileText.replace(
    /^([ \t]*ARG[ \t]+)(ROOT|BUILDER|DEBIAN_SNAPSHOT)=[^\s]*/gim,
    (line: string, before: string, name: string) => {
      const value = repeated[name]?.(versions);
      return value === undefined ? line : `${before}${name}=${value}`;
    },
  );
}
