import {
  inspectImages,
  KEY_LABEL,
  readMade,
  readOwnReceipt,
  readReceipt,
  type BuildPlan,
  type contextOf,
  type Receipt,
} from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import type { Known } from './causes.ts';
import type { Facts } from './verdict.ts';

type Context = Pick<ReturnType<typeof contextOf>, 'root' | 'plans' | 'place' | 'registries'>;

/**
 * Asks the places and the records about an image.
 * @throws ProblemError `unknown-image`, and as the engine and, in a publishing run, the registry do
 */
export async function factsOf(name: string, context: Context): Promise<Facts> {
  const { plans, place, root } = context;
  const plan = plans.get(name);
  if (plan === undefined)
    throw new ProblemError({
      code: 'unknown-image',
      message: `there is no image ${name} in this workspace`,
      mend: `name one of ${[...plans.keys()].sort().join(', ')}`,
    });
  const chain = chainPlans(plan, plans);
  const loaded = await inspectImages([...chain, plan].flatMap(({ keyed, image }) => [keyed, image]));
  const inEngine = (one: BuildPlan): boolean => loaded.get(one.keyed)?.labels[KEY_LABEL] === one.key;
  const published = await Promise.all(
    [...chain, plan].map(async (one) => [one.name, await publishedAs(one, context)] as const),
  );
  const inRegistry = new Map(published);
  const isThere = (one: BuildPlan): boolean =>
    place === 'engine' ? inEngine(one) : inRegistry.get(one.name) !== undefined;
  return {
    plan,
    place,
    there: isThere(plan),
    elsewhere: place === 'engine' ? inRegistry.get(name) : inEngine(plan) ? 'the engine' : undefined,
    missing: chain.filter((one) => !isThere(one)).map((one) => one.name),
    record: recordOf(root, plan, loaded.get(plan.image)?.labels[KEY_LABEL]),
    made: readMade(root, plan.key),
  };
}

/** Plans of what an image is made from, first one first. */
function chainPlans(plan: BuildPlan, plans: Context['plans']): readonly BuildPlan[] {
  const bases = Object.values(plan.bases).flatMap((name) => plans.get(name) ?? []);
  return [...new Set(bases.flatMap((base) => [...chainPlans(base, plans), base]))];
}

const publishedAs = async (plan: BuildPlan, { plans, registries }: Context): Promise<string | undefined> =>
  (await registries.image(plan, plan.base === undefined ? undefined : plans.get(plan.base)))?.reference;

/** Nx may have restored a receipt of another machine: that of the present key goes before that of another one. */
function recordOf(root: string, plan: BuildPlan, named: string | undefined): Facts['record'] {
  const receipts = receiptsOf(root, plan.name);
  const receipt = receipts.find(({ key }) => key === plan.key) ?? receipts[0];
  if (receipt !== undefined) return receipt;
  return named === undefined ? undefined : { key: named, inputs: readMade(root, named)?.inputs };
}

/** What this machine wrote, and what stands where Nx looks. */
function receiptsOf(root: string, name: string): readonly Receipt[] {
  const restored = readReceipt(root, name);
  const own = readOwnReceipt(root, name);
  return [own, restored].flatMap((one) => (one === undefined || 'wrong' in one ? [] : one));
}

/** What a comparison can look up: of the present tree, of what was kept of each key, and of the receipts. */
export function knownOf({ root, plans }: Pick<Context, 'root' | 'plans'>): Known {
  const all = [...plans.values()];
  const inputs = new Map(
    [...all.flatMap(({ name }) => receiptsOf(root, name)), ...all].map((one) => [one.key, one.inputs]),
  );
  return {
    inputsOf: (key) => inputs.get(key) ?? readMade(root, key)?.inputs,
    foldersOf: (name) => plans.get(name),
  };
}
