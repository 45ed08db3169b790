import type { Builder } from './engine/build.ts';
import {
  engineInfo,
  imageHistory,
  inspectImages,
  tagImage,
  type EngineImage,
  type EngineInfo,
} from './engine/docker.ts';
import { canonicalReference } from './model/image-name.ts';
import { KEY_LABEL, type BuildPlan } from './plan/plan.ts';
import { checkRoom } from './preflight.ts';
import { makeReceipt, writeReceipt } from './receipt.ts';

/** What `ensureImages` needs to know of the workspace. */
export interface EnsureContext {
  readonly root: string;
  readonly plans: ReadonlyMap<string, BuildPlan>;
  /** The image whose task this is: its lines need no name before them. */
  readonly own?: string | undefined;
  /** Images that this run builds or finds, the own one among them. */
  readonly together: readonly string[];
  readonly builder: Builder;
  readonly say: (line: string) => void;
}

/** How an image came to be where it was asked for. */
export interface Ensured {
  readonly plan: BuildPlan;
  readonly image: EngineImage;
  /** How it was built; undefined when it was there. */
  readonly build?: { readonly seconds: number; readonly engine: EngineInfo };
}

/**
 * Sees to it that images are in the engine with the keys of their plans, under their names: what is there stays,
 * a name that points elsewhere is set right, what is missing is built, bases first.
 * @throws ProblemError
 */
export async function ensureImages(
  names: readonly string[],
  context: EnsureContext,
): Promise<readonly Ensured[]> {
  const plans = names.map((name) => planOf(name, context));
  const found = await inspectImages(plans.map(({ keyed }) => keyed));
  const ensured: Ensured[] = [];
  for (const plan of plans) {
    const image = holds(plan, found.get(plan.keyed));
    if (image === undefined) {
      ensured.push(await build(plan, context));
    } else {
      if (!image.tags.includes(canonicalReference(plan.image))) await tagImage(plan.keyed, plan.image);
      ensured.push({ plan, image });
    }
  }
  return ensured;
}

/** Writes the receipt of an image that `ensureImages` gave. @throws ProblemError */
export async function recordImage({ plan, image, build }: Ensured, context: EnsureContext): Promise<void> {
  // Where its layers begin, only its base tells.
  const [base] = await ensureImages(plan.base === undefined ? [] : [plan.base], context);
  const history = await imageHistory(plan.keyed);
  writeReceipt(
    context.root,
    makeReceipt(plan, image, history, base && { key: base.plan.key, diffIds: base.image.diffIds }, build),
  );
}

async function build(plan: BuildPlan, context: EnsureContext): Promise<Ensured> {
  const [engine, cold] = await Promise.all([
    engineInfo(),
    coldPlans(context),
    ensureImages(plan.bases, context),
  ]);
  const say = (line: string): void => {
    context.say(plan.name === context.own ? line : `${plan.name}: ${line}`);
  };
  // Told by the first of them, bases being first, for all.
  if (cold[0] === plan) await checkRoom(cold, context.root, engine.dataRoot, say);
  const seconds = await context.builder.build(plan, engine.builder, say);
  const image = holds(plan, (await inspectImages([plan.keyed])).get(plan.keyed));
  if (image === undefined) throw new Error(`${plan.keyed} is not in the engine after its build`);
  return { plan, image, build: { seconds, engine } };
}

/** Plans of the run's images of which the engine has no version, bases first. */
async function coldPlans({ plans, together }: EnsureContext): Promise<readonly BuildPlan[]> {
  const wanted = [...plans.values()].filter(({ name }) => together.includes(name));
  const found = await inspectImages(wanted.map(({ image }) => image));
  return wanted.filter(({ image }) => !found.has(image));
}

/** A tag can be moved by hand: only the label says what an image is. */
const holds = (plan: BuildPlan, image: EngineImage | undefined): EngineImage | undefined =>
  image?.labels[KEY_LABEL] === plan.key ? image : undefined;

function planOf(name: string, { plans }: EnsureContext): BuildPlan {
  const plan = plans.get(name);
  if (plan === undefined) throw new Error(`there is no image ${name} in this workspace`);
  return plan;
}
