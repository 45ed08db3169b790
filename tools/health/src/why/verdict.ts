import type { BuildPlan, KeyInputs, Made } from '@cp-whisperx-app/nx-images/api';
import { causesOf, type Cause, type Known } from './causes.ts';

/** What is known of an image when it is asked why it would be built. */
export interface Facts {
  readonly plan: BuildPlan;
  /** Where results of a run are wanted now. */
  readonly place: 'engine' | 'registry';
  /** Whether it is there with the key of its sources. */
  readonly there: boolean;
  /** Where else it is with that key, to be brought from. */
  readonly elsewhere?: string | undefined;
  /** Images that it stands on which are not in the place either, first one first. */
  readonly missing: readonly string[];
  /** What it was last: the key of its receipt, or that of its name in the engine. */
  readonly record?: Recorded | undefined;
  /** How the image of the present key was made, where this machine made it. */
  readonly made?: Pick<Made, 'build' | 'former'> | undefined;
}

interface Recorded {
  readonly key: string;
  /** Undefined where nobody kept them. */
  readonly inputs?: KeyInputs | undefined;
}

/** What would be done for an image, and why. */
export interface Verdict {
  readonly does: 'nothing' | 'bring' | 'build';
  /** The key that is compared with the present one. */
  readonly since?: string | undefined;
  /** What moved since; undefined where that can't be told. */
  readonly causes?: readonly Cause[] | undefined;
  /** How the image of its sources came to be, where this machine built it. */
  readonly past?: Past | undefined;
}

interface Past {
  readonly build: NonNullable<Made['build']>;
  /** The key that its name had before; undefined where it had none. */
  readonly since?: string | undefined;
  readonly causes?: readonly Cause[] | undefined;
}

/** Pure. */
export function verdictOf({ plan, there, elsewhere, record, made }: Facts, known: Known): Verdict {
  const since = (was: KeyInputs | undefined): readonly Cause[] | undefined =>
    was && causesOf(plan.name, was, plan.inputs, known);
  const former = made?.former?.key;
  return {
    does: there ? 'nothing' : elsewhere === undefined ? 'build' : 'bring',
    since: record?.key,
    causes: record?.key === plan.key ? [] : since(record?.inputs),
    past: made?.build && {
      build: made.build,
      since: former,
      causes: since(former === undefined ? undefined : known.inputsOf(former)),
    },
  };
}
