import type { KeyInputs } from '@cp-whisperx-app/nx-images/api';
import { explain, type Folders, type Move } from './explain.ts';

/** A move that is the reason, not the outcome of another one. */
export interface Cause extends Move {
  /** The image that it is an input of, then those that it moves on the way to the one that was asked for, and that one. */
  readonly through: readonly string[];
}

/** What is known beside the two states that are compared. */
export interface Known {
  /** What a key was made from; undefined where nobody recorded it. */
  readonly inputsOf: (key: string) => KeyInputs | undefined;
  /** Where the inputs of an image of the present tree stand; undefined where there is no such image. */
  readonly foldersOf: (name: string) => Folders | undefined;
}

/**
 * Why the key of an image is another: what moved, and instead of a base whose key moved, what moved in that, up to the
 * first cause. What several images of a chain have, like a shared folder, is told once, of the first. Pure.
 */
export function causesOf(name: string, was: KeyInputs, now: KeyInputs, known: Known): readonly Cause[] {
  const found = new Map<string, Cause>();
  const visit = (image: string, before: KeyInputs, after: KeyInputs, below: readonly string[]): void => {
    const through = [image, ...below];
    const folders = known.foldersOf(image) ?? {
      dockerfile: `Dockerfile of ${image}`,
      context: image,
      folders: {},
    };
    const moves = explain(before, after, folders);
    const own: Move[] = [];
    for (const move of moves) {
      const [old, next] = [move.base?.was, move.base?.now].map((key) => key && known.inputsOf(key));
      if (move.base && old && next) visit(move.base.name, old, next, through);
      else own.push(move);
    }
    for (const move of own) {
      const id = JSON.stringify([move.what, move.was, move.now]);
      if (!found.has(id)) found.set(id, { ...move, through });
    }
  };
  visit(name, was, now, []);
  return [...found.values()];
}
