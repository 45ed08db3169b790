import { ProblemError } from '@cp-whisperx-app/problem';
import { engineInfo, inspectImages, removeImages, tagImage, type EngineImage } from '../engine/docker.ts';
import { fetchImageAs } from '../engine/fetch.ts';
import { canonicalReference } from '../model/image-name.ts';
import { KEY_LABEL, type BuildPlan } from '../plan/plan.ts';
import { checkRoom } from '../preflight.ts';
import { transferSize, type PublishedImage } from '../registry/images.ts';
import { megabytes } from '../units.ts';
import { basePlan, checkUnchanged, planOf, sayOf, type EnsureContext, type Ensured } from './context.ts';
import { findPython } from './python.ts';

/** `ensureImages` for the engine. @throws ProblemError */
export async function ensureLoaded(
  names: readonly string[],
  context: EnsureContext,
): Promise<readonly Ensured[]> {
  const plans = names.map((name) => planOf(name, context));
  const found = await inspectImages(plans.flatMap(({ keyed, image }) => [keyed, image]));
  const ensured: Ensured[] = [];
  for (const plan of plans) {
    const there = holds(plan, found.get(plan.keyed));
    const one =
      there === undefined
        ? await fetchOrBuild(plan, context)
        : { plan, loaded: there, how: 'found' as const };
    if (one.loaded?.tags.includes(canonicalReference(plan.image)) === false)
      await tagImage(plan.keyed, plan.image);
    ensured.push({ ...one, former: formerOf(plan, found.get(plan.image)) });
  }
  return ensured;
}

/** A tag can be moved by hand: only the label says what an image is. */
const holds = (plan: BuildPlan, image: EngineImage | undefined): EngineImage | undefined =>
  image?.labels[KEY_LABEL] === plan.key ? image : undefined;

async function fetchOrBuild(plan: BuildPlan, context: EnsureContext): Promise<Ensured> {
  const published = await context.registries.image(plan, basePlan(plan, context));
  const loaded = published && (await fetchImage(plan, published, context));
  return loaded === undefined ? build(plan, context) : { plan, loaded, published, how: 'brought' };
}

/** Brings an image by its digest; undefined, and a warning, where that fails: it can be built as well. */
async function fetchImage(
  plan: BuildPlan,
  published: PublishedImage,
  context: EnsureContext,
): Promise<EngineImage | undefined> {
  const say = sayOf(plan, context);
  const layers = published.manifest.body.layers;
  say(`fetching ${published.reference}, ${layers.length} layers of ${megabytes(transferSize(layers))}`);
  try {
    await fetchImageAs(published.reference, plan.keyed, say);
    await complete(plan, published, context);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    say(`warning: it can't be fetched, so it is built: ${error.message}`);
    return undefined;
  }
  return holds(plan, (await inspectImages([plan.keyed])).get(plan.keyed));
}

/**
 * The containerd store takes no layer whose files it has from elsewhere, compressed in another way, and then does not
 * know what the image is; BuildKit brings what is missing. Source: containerd, core/unpack/unpacker.go (a snapshot that
 * is there); moby, daemon/containerd/image_inspect.go (content that is not).
 */
async function complete(
  plan: BuildPlan,
  { reference }: PublishedImage,
  context: EnsureContext,
): Promise<void> {
  const image = (await inspectImages([plan.keyed])).get(plan.keyed);
  if (image === undefined || image.diffIds.length > 0) return;
  const { builder } = await engineInfo();
  const job = { plan, builder, bases: new Map(), to: { place: 'engine', copyOf: reference } } as const;
  await context.builder.build(job, sayOf(plan, context));
}

async function build(plan: BuildPlan, context: EnsureContext): Promise<Ensured> {
  const [engine, cold, python] = await Promise.all([
    engineInfo(),
    coldPlans(context),
    findPython(plan, context),
    ensureLoaded(Object.values(plan.bases), context),
  ]);
  const say = sayOf(plan, context);
  // Told by the first of them, bases being first, for all.
  if (cold[0] === plan) await checkRoom(cold, context.root, engine, say);
  const bases = new Map(Object.values(plan.bases).map((name) => [name, planOf(name, context).keyed]));
  const job = { plan, builder: engine.builder, bases, to: { place: 'engine' } } as const;
  const { seconds } = await context.builder.build({ ...job, python }, say).catch((error: unknown) => {
    if (python === undefined || !(error instanceof ProblemError)) throw error;
    say(`warning: it can't be built with ${python.image}, so that is installed anew: ${error.message}`);
    return context.builder.build(job, say);
  });
  try {
    checkUnchanged(plan, context);
  } catch (error) {
    // Under its key a wrong image would be a hit for ever.
    await removeImages([plan.keyed, plan.image]);
    throw error;
  }
  const loaded = holds(plan, (await inspectImages([plan.keyed])).get(plan.keyed));
  if (loaded === undefined) throw new Error(`${plan.keyed} is not in the engine after its build`);
  return { plan, loaded, how: 'built', build: { seconds, by: engine.name } };
}

/** Plans of the run's images of which the engine has no version, bases first. */
async function coldPlans({ plans, together }: EnsureContext): Promise<readonly BuildPlan[]> {
  const wanted = [...plans.values()].filter(({ name }) => together.includes(name));
  const found = await inspectImages(wanted.map(({ image }) => image));
  return wanted.filter(({ image }) => !found.has(image));
}

/** What an image's name meant before; undefined where it meant nothing, or this image. */
function formerOf({ key }: BuildPlan, image: EngineImage | undefined): Ensured['former'] {
  const former = image?.labels[KEY_LABEL];
  return image === undefined || former === undefined || former === key
    ? undefined
    : { key: former, size: image.size };
}
