import { plainInstruction, type Layer } from '@cp-whisperx-app/nx-images/api';
import { textTable } from '../tell.ts';

/** An image's layers before and after; `before` is undefined where nothing was recorded. */
export interface Patched {
  readonly name: string;
  readonly before: readonly Layer[] | undefined;
  readonly after: readonly Layer[];
  /** Seconds of its build; undefined where it was not built. */
  readonly seconds: number | undefined;
}

/**
 * Which layers were made anew, told at the image that made them, and how many are as they were: a layer whose digest some
 * image had before is the same layer. Pure.
 * @param images bases first
 */
export function layersText(images: readonly Patched[]): string {
  const had = new Set(images.flatMap(({ before = [] }) => before.map(({ diffId }) => diffId)));
  const told = new Set<string>();
  const rows = images.map(({ name, before, after, seconds }) => {
    const anew = after.filter(({ diffId }) => !had.has(diffId));
    const own = anew.filter(({ diffId }) => !told.has(diffId));
    for (const { diffId } of anew) told.add(diffId);
    const none = anew.length > 0 ? 'none: on the new base' : 'none';
    return [
      name,
      before === undefined ? 'not known: no receipt from before' : own.map(made).join(', ') || none,
      before === undefined ? '–' : String(after.length - anew.length),
      seconds === undefined ? 'not built' : `${seconds.toFixed(1)} s`,
    ];
  });
  return textTable([['image', 'made anew', 'as they were', 'build'], ...rows]);
}

/** What made a layer. */
const made = ({ createdBy = 'the root' }: Layer): string => plainInstruction(createdBy).slice(0, 40);
