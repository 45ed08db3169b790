import { ProblemError } from '@cp-whisperx-app/problem';
import type { Between, VersionsByName } from '@cp-whisperx-app/versions';

/** Packages that have one version in common, mostly one alone. */
export interface Group {
  readonly names: readonly string[];
  readonly ours: string;
  /** Of the first of them, on the index. */
  readonly newest: string;
}

/** What is known of a group that isn't at its newest. */
export interface Outdated extends Group {
  /** The newest that the family resolves with; undefined where it is what it has. */
  readonly couldTake: string | undefined;
  /** What keeps it from the newest, in a sentence. */
  readonly blockedBy: string | undefined;
  /** Images that are another with what it could take. */
  readonly rebuilds: readonly string[];
}

/** How the family is asked. */
export interface Asks {
  /** Locks everything with a version in place; gives the images that are others by that. @throws ProblemError where it doesn't resolve */
  readonly tryAt: (names: readonly string[], version: string) => Promise<readonly string[]>;
  /** What the resolver would choose were the pins of these free within bounds; undefined where it finds nothing. */
  readonly together: (names: readonly string[], between: Between) => Promise<VersionsByName | undefined>;
}

/** How many versions below the newest are looked at. */
const STEPS = 20;

/**
 * What the family could take of a group: its newest where all locks resolve with it, else the newest that the
 * resolver finds below that and with which they do.
 * @throws ProblemError where the index can't be asked
 */
export async function lookAt(group: Group, { tryAt, together }: Asks): Promise<Outdated> {
  const { names, ours, newest } = group;
  const first = await attempt(() => tryAt(names, newest));
  if (!('blockedBy' in first))
    return { ...group, couldTake: newest, blockedBy: undefined, rebuilds: first.rebuilds };
  let below = newest;
  for (let step = 0; step < STEPS; step++) {
    const chosen = await together(names, { above: ours, below });
    const [version, ...others] = names.map((name) => chosen?.get(name) ?? '');
    if (version === undefined || version === '') break;
    below = version;
    if (others.some((other) => other !== version)) continue;
    const next = await attempt(() => tryAt(names, version));
    if (!('blockedBy' in next)) return { ...group, ...first, couldTake: version, rebuilds: next.rebuilds };
  }
  return { ...group, ...first, couldTake: undefined, rebuilds: [] };
}

type Attempt = { readonly rebuilds: readonly string[] } | { readonly blockedBy: string };

async function attempt(ask: () => Promise<readonly string[]>): Promise<Attempt> {
  try {
    return { rebuilds: await ask() };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const conflicts = error.problems.filter(({ code }) => code === 'conflict');
    if (conflicts.length === 0) throw error;
    const sentences = conflicts.map(({ message }) => message.split('\n')[0] ?? '');
    return { blockedBy: [...new Set(sentences)].join('; ') };
  }
}
