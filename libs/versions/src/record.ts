import { createHash } from 'node:crypto';
import type { Distribution } from './lock.ts';
import type { LockPlan } from './plan.ts';
import { compileArguments } from './uv.ts';
import { uvVersion } from './versions.ts';
import type { Versions } from './versions.ts';

/** Where the record stands, from the workspace root. */
export const recordFile = 'libs/versions/locks.json';

/**
 * Hashes of what a lock was made from, and of the lock.
 *
 * They stand beside the locks and not in them, because a lock's bytes are an input of its image: asr and
 * diarization resolve to the same distributions from different requirements and must stay one Python layer, and a
 * new numpy must move base-cpu's lock alone, although every image above was resolved against it.
 */
export interface Recorded {
  /** What requirements.in asks for, remarks apart. */
  readonly requirements: string;
  /**
   * The pins of the distributions that this lock holds. Pins of others are left out: the lock stays right whatever
   * they say, as no other distribution is in it and those of the chain are in `chain`. One case is not seen: a
   * changed pin of a package that isn't locked here can let the resolver choose a newer release that needs it.
   * Compiling all locks anew (`npx nx sync`, and CI) finds that.
   */
  readonly pins: string;
  /** The locks of the base chain. */
  readonly chain: string;
  /** uv's version and arguments: the cut-off date, the list of sdist-only packages, the target. */
  readonly rules: string;
  /** The lock itself. */
  readonly lock: string;
}

/** By the lock's path. */
export type LockRecord = Readonly<Record<string, Recorded>>;

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** A lock with its text and what that holds. */
export interface LockText {
  readonly text: string;
  readonly distributions: readonly Distribution[];
}

/**
 * What the record should say of a lock. The lock of a part (`# part-of:`) is as fresh as that of the whole, with
 * which it is compiled.
 * @param locks every lock by path, with LF
 */
export function recordOf(plan: LockPlan, locks: ReadonlyMap<string, LockText>, versions: Versions): Recorded {
  const { partOf, direct } = plan.requirements;
  const held = locks.get(plan.lock)?.distributions ?? [];
  return {
    requirements: hash([partOf ?? null, direct.map(({ text }) => text).sort()]),
    pins: hash(held.map(({ name }) => [name, versions.pins.get(name)?.version ?? null])),
    chain: hash(plan.chain.map(({ lock }) => locks.get(lock)?.text)),
    rules: hash([uvVersion(versions), compileArguments(versions)]),
    lock: hash(locks.get(plan.lock)?.text),
  };
}

/** The text of locks.json, sorted by path: the same whatever order the locks were planned in. */
export function formatRecord(record: LockRecord): string {
  const sorted = Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}
