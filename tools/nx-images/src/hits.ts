import { ProblemError } from '@cp-whisperx-app/problem';
import { inspectImages } from './engine/docker.ts';
import { ensureImages, recordImage } from './ensure.ts';
import { addressText } from './registry/lookup.ts';
import { planOf, type EnsureContext, type Ensured } from './places/context.ts';
import { readOwnReceipt, readReceipt, writeReceipt, type Receipt } from './receipt.ts';

/**
 * Sees to the images of tasks that Nx took from a cache, and to their receipts: one from another machine tells of
 * other places, and a key can differ where Nx saw no change (a file that git ignores, another version of this plugin).
 * @throws ProblemError
 */
export async function ensureHits(
  names: readonly string[],
  context: EnsureContext,
): Promise<readonly Ensured[]> {
  const { place, root, say } = context;
  const ensured = await ensureImages(names, place, context);
  for (const one of ensured) {
    const { name } = one.plan;
    const fits = (receipt: Receipt): boolean =>
      receipt.key === one.plan.key && receipt.places[place] === placeOf(one);
    const receipt = readReceipt(root, name);
    const own = readOwnReceipt(root, name);
    if (receipt !== undefined && 'wrong' in receipt)
      say(`${name}: its receipt ${receipt.wrong}; it is written anew`);
    else if (receipt !== undefined && fits(receipt)) continue;
    if (own !== undefined && fits(own)) writeReceipt(root, own);
    else await recordImage(one, place, context);
  }
  return ensured;
}

const placeOf = ({ loaded, published }: Ensured): string | undefined => loaded?.id ?? published?.reference;

/** What a run of hits found in the engine. */
export function tellHits(ensured: readonly Ensured[]): string {
  const count = (how: Ensured['how']): number => ensured.filter((one) => one.how === how).length;
  const fetched = count('brought') === 0 ? '' : `, ${count('brought')} fetched from the registry`;
  return `${ensured.length} hits, ${ensured.length} images in the engine, ${count('built')} of them built anew${fetched}`;
}

/** What a publishing run leaves: how many images are in which registry, and how many of them here. */
export async function tellPublished(names: readonly string[], context: EnsureContext): Promise<string> {
  const plans = names.map((name) => planOf(name, context));
  // The longest that fits: one may lie within another.
  const registries = context.registries.registries.map(addressText).sort((a, b) => b.length - a.length);
  const homes = names.map((name) => {
    const receipt = readReceipt(context.root, name);
    const place = receipt === undefined || 'wrong' in receipt ? undefined : receipt.places.registry;
    return registries.find((one) => place?.startsWith(`${one}/`));
  });
  const counts = [...new Set(homes)].map(
    (home) => `${homes.filter((one) => one === home).length} images in ${home ?? 'no registry'}`,
  );
  const loaded = await countLoaded(plans.map(({ keyed }) => keyed));
  return `${counts.join(', ')}, ${loaded} loaded here (to load them: npx nx run images:load)`;
}

/** A builder without an engine publishes too. */
async function countLoaded(references: readonly string[]): Promise<number> {
  try {
    return (await inspectImages(references)).size;
  } catch (error) {
    if (error instanceof ProblemError) return 0;
    throw error;
  }
}
