import { ProblemError } from '@cp-whisperx-app/problem';
import type { Problem } from '@cp-whisperx-app/problem';
import { readUnder, versionsOf } from './files.ts';
import { readLock } from './lock.ts';
import { planLocks } from './plan.ts';
import type { LockedImage, LockPlan } from './plan.ts';
import { recordFile, recordOf } from './record.ts';
import type { LockRecord, LockText, Recorded } from './record.ts';
import type { Versions } from './versions.ts';

const mend = 'npx nx sync';

/**
 * What is wrong with the locks as they lie there: missing, edited by hand, or made from something else than what is
 * there now. Reads files only: no process, no network. Empty where all are fresh.
 * @param root the workspace root
 * @returns at most one problem a lock; those of versions.txt and of the requirements.in come first and alone
 */
export function staleLocks(root: string, images: readonly LockedImage[]): Problem[] {
  const read = readUnder(root);
  try {
    const versions = versionsOf(read);
    const plans = planLocks(images, read);
    const record = readRecord(read(recordFile));
    const locks = new Map(
      plans.flatMap(({ lock }) => {
        const text = read(lock);
        return text === undefined
          ? []
          : [[lock, { text, distributions: distributionsOf(text, lock) }] as const];
      }),
    );
    const found = plans.flatMap((plan) => {
      const reason = reasonOf(plan, record[plan.lock], locks, versions);
      return reason === undefined ? [] : [{ plan, ...reason }];
    });
    const changed = new Set(found.filter(({ code }) => code !== 'stale-lock').map(({ plan }) => plan.lock));
    const known = new Set(plans.map(({ lock }) => lock));
    return [
      ...found
        .filter(({ plan, onlyBase }) => !(onlyBase && plan.chain.some(({ lock }) => changed.has(lock))))
        .map(({ plan, code, message }) => ({
          code,
          message,
          file: plan.lock,
          mend,
        })),
      ...Object.keys(record)
        .filter((lock) => !known.has(lock))
        .map((lock) => ({
          code: 'stale-record',
          message: `${lock} belongs to no image`,
          file: recordFile,
          mend,
        })),
    ];
  } catch (error) {
    if (error instanceof ProblemError) return [...error.problems];
    throw error;
  }
}

/** `onlyBase`: nothing of its own moved, so a base whose lock is reported is reason enough. */
interface Reason {
  readonly code: string;
  readonly message: string;
  readonly onlyBase: boolean;
}

function reasonOf(
  plan: LockPlan,
  recorded: Recorded | undefined,
  locks: ReadonlyMap<string, LockText>,
  versions: Versions,
): Reason | undefined {
  const lock = locks.get(plan.lock);
  if (lock === undefined)
    return {
      code: 'missing-lock',
      message: `${plan.name} has no lock`,
      onlyBase: false,
    };
  const now = recordOf(plan, locks, versions);
  if (recorded === undefined) {
    return {
      code: 'unrecorded-lock',
      message: `nothing says what the lock of ${plan.name} was made from`,
      onlyBase: false,
    };
  }
  if (recorded.lock !== now.lock) {
    return {
      code: 'edited-lock',
      message: `the lock of ${plan.name} is not the one that was compiled`,
      onlyBase: false,
    };
  }
  const moved = [
    ...(recorded.requirements === now.requirements ? [] : [`${plan.source} changed`]),
    ...(recorded.pins === now.pins ? [] : [movedPins(lock, versions)]),
    ...(recorded.rules === now.rules ? [] : ['the cut-off date, uv or the sdist-only packages changed']),
  ];
  const onlyBase = moved.length === 0;
  if (recorded.chain !== now.chain) moved.push('the lock of a base changed');
  if (moved.length === 0) return undefined;
  return {
    code: 'stale-lock',
    message: `the lock of ${plan.name} is stale: ${moved.join(', ')}`,
    onlyBase,
  };
}

function movedPins({ distributions }: LockText, { pins }: Versions): string {
  const moved = distributions.flatMap(({ name, version }) => {
    const pinned = pins.get(name)?.version ?? version;
    return pinned === version ? [] : [`${name} is ${version} in it and ${pinned} in versions.txt`];
  });
  return moved.length > 0 ? moved.join(', ') : 'a pin came or went in versions.txt';
}

/** Empty for a text that is no lock: its hash tells that it was edited. */
function distributionsOf(text: string, file: string): LockText['distributions'] {
  try {
    return readLock(text, file);
  } catch (error) {
    if (error instanceof ProblemError) return [];
    throw error;
  }
}

function readRecord(text: string | undefined): LockRecord {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as LockRecord;
  } catch {
    // said below
  }
  throw new ProblemError({
    code: 'malformed-record',
    message: 'the record of the locks is not a JSON object',
    file: recordFile,
    mend,
  });
}
