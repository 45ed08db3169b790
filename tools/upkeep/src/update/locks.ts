import { readLock } from '@cp-whisperx-app/versions';

/** A lock that is another than before. */
export interface MovedLock {
  readonly path: string;
  /** `torch 2.7.1 → 2.8.0`, `new: nvidia-nvshmem-cu12 3.3.9`, `gone: …`, by name. */
  readonly packages: readonly string[];
}

/**
 * What moved between two states of the locks. Pure.
 * @param after texts by path; what is no lock is passed over, and so is a lock whose text is the same
 */
export function movedLocks(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly MovedLock[] {
  return [...after].flatMap(([path, text]) => {
    const former = before.get(path) ?? '';
    if (!path.endsWith('.lock') || text === former) return [];
    const [was, is] = [versionsIn(former, path), versionsIn(text, path)];
    const packages = [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
      const [from, to] = [was.get(name), is.get(name)];
      if (from === to) return [];
      if (from === undefined) return [`new: ${name} ${to ?? ''}`];
      return to === undefined ? [`gone: ${name} ${from}`] : [`${name} ${from} → ${to}`];
    });
    return [{ path, packages: packages.length > 0 ? packages : ['the same versions in other files'] }];
  });
}

const versionsIn = (text: string, path: string): ReadonlyMap<string, string> =>
  new Map(readLock(text, path).map(({ name, version }) => [name, version]));
