import { imageHistory } from './engine/docker.ts';
import { keepMade } from './made.ts';
import type { EnsureContext, Ensured, Place } from './places/context.ts';
import { ensureLoaded } from './places/engine.ts';
import { ensurePublished } from './places/registry.ts';
import { makeReceipt, writeReceipt } from './receipt.ts';

/**
 * Sees to it that images are in a place with the keys of their plans, under their names. What is there stays, a name
 * that points elsewhere is set right; what is missing is brought from the other place, or else built, bases first.
 * @throws ProblemError
 */
export const ensureImages = (
  names: readonly string[],
  place: Place,
  context: EnsureContext,
): Promise<readonly Ensured[]> =>
  place === 'engine' ? ensureLoaded(names, context) : ensurePublished(names, context);

/** Writes the receipt of an image that `ensureImages` gave. @throws ProblemError */
export async function recordImage(ensured: Ensured, place: Place, context: EnsureContext): Promise<void> {
  const { plan, loaded } = ensured;
  // Where its layers begin, only its base tells.
  const [base] = await ensureImages(plan.base === undefined ? [] : [plan.base], place, context);
  const history = loaded === undefined ? [] : await imageHistory(plan.keyed);
  keepMade(context.root, ensured, context.plans);
  writeReceipt(context.root, makeReceipt(ensured, history, base));
}
