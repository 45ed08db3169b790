import { ProblemError } from '@cp-whisperx-app/problem';
import { conflictProblem } from './conflict.ts';
import { readUnder, versionsOf } from './files.ts';
import { delta, formatLock, readLock, split } from './lock.ts';
import type { Distribution } from './lock.ts';
import { planLocks, uvLock, wholeOf } from './plan.ts';
import type { LockedImage, LockPlan } from './plan.ts';
import { formatRecord, recordFile, recordOf } from './record.ts';
import { compile, pinnedUv } from './uv.ts';

export interface CompileOptions {
  /** Use only what uv has in its cache. */
  readonly offline?: boolean | undefined;
  /** Told each lock that is done, with its number of distributions. */
  readonly progress?: ((line: string) => void) | undefined;
  /** Texts by path that stand for the files: what would be, were they so. */
  readonly texts?: ReadonlyMap<string, string> | undefined;
}

/**
 * Compiles all locks and the record of what they were made from, bases before children, siblings side by side. Writes
 * nothing in the workspace but uv under `.cache`.
 * @param root the workspace root
 * @returns texts by path from the root
 * @throws ProblemError with the problems of all locks that failed
 */
export async function compileLocks(
  root: string,
  images: readonly LockedImage[],
  { offline = false, progress = () => undefined, texts }: CompileOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const read = readUnder(root, texts);
  const versions = versionsOf(read);
  const plans = planLocks(images, read);
  const uv = await pinnedUv(root, versions, read(uvLock));

  const resolve = async (plan: LockPlan): Promise<Distribution[]> => {
    const below = plan.chain.filter(({ requirements }) => requirements.partOf?.image !== plan.name);
    const layers = await Promise.all(
      below.map(async (base) => ({
        image: base.name,
        distributions: await locked(base),
      })),
    );
    const constraints = layers.map(({ distributions }) => formatLock(distributions, []));
    const asked = plan.requirements.direct.map(({ text }) => `${text}\n`).join('');
    const compiled = await compile(uv, asked, constraints, versions, offline);
    if ('conflict' in compiled)
      throw new ProblemError(conflictProblem(plan, layers, versions, compiled.conflict));
    return delta(
      readLock(compiled.printed, plan.source),
      layers.flatMap(({ distributions }) => distributions),
    );
  };
  const resolved = once(resolve);
  const locked = once(async (plan: LockPlan): Promise<Distribution[]> => {
    const whole = wholeOf(plan, plans);
    const part = plan.chain.at(-1)?.requirements.partOf;
    const distributions =
      whole !== undefined && plan.requirements.partOf !== undefined
        ? split(await resolved(whole), plan.requirements.partOf.pattern).part
        : part?.image === plan.name
          ? split(await resolved(plan), part.pattern).rest
          : await resolved(plan);
    progress(`${plan.lock}: ${String(distributions.length)}`);
    return distributions;
  });

  const results = await Promise.allSettled(plans.map((plan) => locked(plan)));
  const errors = new Set(
    results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : [])),
  );
  if (errors.size > 0) {
    for (const error of errors) if (!(error instanceof ProblemError)) throw error;
    const problems = [...errors].flatMap((error) => (error as ProblemError).problems);
    const first = problems.findIndex(({ code }) => code === 'uv-failed');
    throw new ProblemError(...problems.filter(({ code }, index) => code !== 'uv-failed' || index === first));
  }

  const locks = new Map(
    await Promise.all(
      plans.map(async (plan) => {
        const distributions = await locked(plan);
        return [
          plan.lock,
          {
            distributions,
            text: formatLock(distributions, versions.sdistOnly),
          },
        ] as const;
      }),
    ),
  );
  const record = Object.fromEntries(plans.map((plan) => [plan.lock, recordOf(plan, locks, versions)]));
  return new Map([
    ...[...locks].map(([path, { text }]) => [path, text] as const),
    [recordFile, formatRecord(record)],
  ]);
}

/** The function, called once for each argument. */
function once<A, R>(make: (argument: A) => R): (argument: A) => R {
  const made = new Map<A, R>();
  return (argument) => {
    const known = made.get(argument);
    if (known !== undefined) return known;
    const fresh = make(argument);
    made.set(argument, fresh);
    return fresh;
  };
}
