import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ensured } from './places/context.ts';
import { imageKey, type KeyInputs } from './plan/key.ts';
import type { BuildPlan } from './plan/plan.ts';
import { writeWhole } from './write-whole.ts';

/** How the image of a key was made on this machine. It outlives the receipt, which tells of the last run alone. */
export interface Made {
  readonly inputs: KeyInputs;
  /** Undefined where this machine did not build it. */
  readonly build?: Ensured['build'];
  /** What its name meant before, when it was built. */
  readonly former?: Ensured['former'];
}

/** Path of what is known of a key, relative to the workspace root. */
const madePath = (key: string): string => `dist/images/made/${key}.json`;

/** Keeps how an image was made, and what all that it stands on is made from. */
export function keepMade(
  root: string,
  { plan, build, former }: Pick<Ensured, 'plan' | 'build' | 'former'>,
  plans: ReadonlyMap<string, BuildPlan>,
): void {
  for (const name of Object.values(plan.bases)) {
    const base = plans.get(name);
    if (base !== undefined) keepMade(root, { plan: base }, plans);
  }
  if (build === undefined && readMade(root, plan.key) !== undefined) return;
  const made: Made = { inputs: plan.inputs, build, former: build && former };
  writeWhole(join(root, madePath(plan.key)), `${JSON.stringify(made)}\n`);
}

/** How the image of a key was made; undefined where this machine does not know. */
export function readMade(root: string, key: string): Made | undefined {
  try {
    const made = JSON.parse(readFileSync(join(root, madePath(key)), 'utf8')) as Made;
    return imageKey(made.inputs) === key ? made : undefined;
  } catch {
    return undefined;
  }
}
