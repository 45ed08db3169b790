import { UNVERIFIED } from '../places/admit.ts';
import { namesText } from './needs.ts';

/** A manifest of a registry, with all its tags. */
export interface Stored {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  /** Config and layers. */
  readonly blobs: readonly { readonly digest: string; readonly size: number }[];
  /** ISO 8601, as its annotation says. */
  readonly created?: string | undefined;
}

/** What becomes of a manifest, and why. */
export interface Verdict {
  readonly stored: Stored;
  readonly remove: boolean;
  readonly why: string;
}

/** What needs a tag of a manifest's repository, and what needs its digest. */
export interface Needed {
  readonly tag: (tag: string) => readonly string[];
  readonly digest: readonly string[];
  /** Tags to keep in any case. */
  readonly keep: readonly string[];
}

/** Tags that are made from sources alone, and so may go. */
export const isContentTag = (tag: string): boolean => /^(key|lock|copy)-[0-9a-f]{12}$/.test(tag);

/** Whether an image, or a Python layer, may go. To delete it takes all its tags with it, so each has to be unneeded. Pure. */
export function judge(stored: Stored, { tag, digest, keep }: Needed): Verdict {
  const { tags } = stored;
  const kept = (why: string): Verdict => ({ stored, remove: false, why });
  const needing = [...new Set([...digest, ...tags.flatMap(tag)])];
  if (needing.length > 0) return kept(namesText(needing));
  const wished = tags.filter((one) => keep.includes(one));
  if (wished.length > 0) return kept('--keep');
  const names = tags.filter((one) => one !== UNVERIFIED && !isContentTag(one));
  if (names.length > 0) return kept(`its name ${namesText(names)}`);
  if (!tags.some(isContentTag)) return kept('it may be just being published');
  return { stored, remove: true, why: 'no tree, branch or release needs it' };
}

/** Whether an entry of Nx's cache may go. Pure. @param now milliseconds since 1970 */
export function judgeEntry(stored: Stored, days: number, now: number): Verdict {
  const kept = (why: string): Verdict => ({ stored, remove: false, why });
  const foreign = stored.tags.filter((tag) => !tag.startsWith('nx-'));
  if (foreign.length > 0) return kept(`its name ${namesText(foreign)}`);
  const created = Date.parse(stored.created ?? '');
  if (Number.isNaN(created)) return kept('it does not say how old it is');
  const age = (now - created) / 86_400_000;
  return age > days
    ? { stored, remove: true, why: `${Math.floor(age)} days old` }
    : kept(`not older than ${days} days`);
}

/** Bytes of blobs that only manifests have which go. */
export function freedBytes(verdicts: readonly Verdict[]): number {
  const kept = new Set(
    verdicts
      .filter(({ remove }) => !remove)
      .flatMap(({ stored }) => stored.blobs.map(({ digest }) => digest)),
  );
  const gone = verdicts.filter(({ remove }) => remove).flatMap(({ stored }) => stored.blobs);
  const sizes = new Map(
    gone.filter(({ digest }) => !kept.has(digest)).map(({ digest, size }) => [digest, size]),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
