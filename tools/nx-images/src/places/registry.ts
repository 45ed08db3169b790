import { inspectImages } from '../engine/docker.ts';
import { publishingBuilder, type PublishingBuilder } from '../engine/publishing-builder.ts';
import { KEY_LABEL, type BuildPlan } from '../plan/plan.ts';
import { standsOn, type PublishedImage } from '../registry/images.ts';
import { referenceIn } from '../registry/lookup.ts';
import { admit, nameImage, shareLayers, target, UNVERIFIED } from './admit.ts';
import { basePlan, checkUnchanged, planOf, sayOf, type EnsureContext, type Ensured } from './context.ts';
import { ensurePython } from './python.ts';

type Bases = ReadonlyMap<string, PublishedImage>;

/** `ensureImages` for the registry that results go to. @throws ProblemError */
export async function ensurePublished(
  names: readonly string[],
  context: EnsureContext,
): Promise<readonly (Ensured & { readonly published: PublishedImage })[]> {
  const plans = names.map((name) => planOf(name, context));
  const found = await Promise.all(
    plans.map((plan) => context.registries.image(plan, basePlan(plan, context))),
  );
  const ensured = [];
  for (const [index, plan] of plans.entries()) {
    const there = found[index];
    const one =
      there === undefined ? await publish(plan, context) : { plan, published: there, how: 'found' as const };
    ensured.push({ ...one, former: await nameImage(plan, one.published, context) });
  }
  return ensured;
}

async function publish(
  plan: BuildPlan,
  context: EnsureContext,
): Promise<Ensured & { readonly published: PublishedImage }> {
  const say = sayOf(plan, context);
  const builder = await publishingBuilder();
  const under = await ensurePublished(Object.values(plan.bases), context);
  const bases: Bases = new Map(under.map(({ plan: { name }, published }) => [name, published]));
  const base = bases.get(plan.base ?? '');
  const python = await ensurePython(plan, referencesOf(bases), builder, context);
  const copyOf = await inEngine(plan, base, builder);
  if (copyOf !== undefined) say('it is in the engine, and goes to the registry from there');
  // BuildKit does not know of layers that it made itself that they are in another repository by now.
  await shareLayers(plan, [base?.reference, python?.image], context);
  const reference = referenceIn(target(context), plan.keyed).replace(/[^:]*$/, UNVERIFIED);
  const { seconds, digest } = await context.builder.build(
    {
      plan,
      builder: builder.name,
      bases: referencesOf(bases),
      python,
      to: { place: 'registry', reference, copyOf },
    },
    say,
  );
  if (digest === undefined) throw new Error(`the builder does not say what it pushed for ${plan.name}`);
  if (copyOf === undefined) checkUnchanged(plan, context);
  if (await moved(plan, base, context)) {
    say('its base was published by another run too, and is that one now: once more, on that');
    return publish(plan, context);
  }
  const published = await admit(plan, digest, base, context);
  return copyOf === undefined
    ? { plan, published, how: 'built', build: { seconds, by: builder.label } }
    : { plan, published, how: 'brought' };
}

/** Whether the base of an image is by now another one of the same key: of two runs that publish it at once, one is the later. */
async function moved(
  plan: BuildPlan,
  base: PublishedImage | undefined,
  context: EnsureContext,
): Promise<boolean> {
  const under = basePlan(plan, context);
  if (base === undefined || under === undefined) return false;
  context.registries.forget(under);
  const now = await context.registries.image(under, basePlan(under, context));
  return now?.manifest.digest !== base.manifest.digest;
}

/** The image in the engine, where it is there and stands on what the registry has as its base. */
async function inEngine(
  { keyed, key }: BuildPlan,
  base: PublishedImage | undefined,
  { seesEngine }: PublishingBuilder,
): Promise<string | undefined> {
  if (!seesEngine) return undefined;
  const image = (await inspectImages([keyed])).get(keyed);
  const right = image?.labels[KEY_LABEL] === key && standsOn(image.diffIds, base?.diffIds ?? []);
  return right ? keyed : undefined;
}

const referencesOf = (bases: Bases): ReadonlyMap<string, string> =>
  new Map([...bases].map(([name, { reference }]) => [name, reference]));
