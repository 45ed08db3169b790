import { ProblemError } from '@cp-whisperx-app/problem';
import type { BuildPlan } from '../plan/plan.ts';
import type { Registry } from '../registry/client.ts';
import { ALL_RELEASES, branchNeeds, releaseSources, type BranchNeeds } from './branches.ts';
import { freedBytes, type Verdict } from './judge.ts';
import { needsOf, sourceOfPlans, type Needs } from './needs.ts';
import { judgeEngine, removeTags } from './prune-engine.ts';
import { deleteFrom, judgeRegistry } from './prune-registry.ts';
import { megabytes } from './units.ts';

/** What `images:prune` may be told. */
export interface PruneOptions {
  readonly yes?: boolean;
  readonly releases?: readonly string[];
  readonly branches?: readonly string[];
  readonly keep?: readonly string[];
  readonly days?: number;
  readonly skipUnreadableBranches?: boolean;
}

/** What it prunes. */
export interface PruneSubject {
  readonly root: string;
  readonly plans: ReadonlyMap<string, BuildPlan>;
  readonly imageName: string;
  /** None: only the engine. */
  readonly registry: Registry | undefined;
}

type Say = (line: string) => void;

/**
 * Tells what in the engine and in the registry nothing needs, and removes it when told to: first in the engine.
 * @throws ProblemError also `branch-unreadable`
 */
export async function prune(subject: PruneSubject, options: PruneOptions, say: Say): Promise<void> {
  const { root, plans, registry } = subject;
  // Before all else: where this fails, nothing is known to be unneeded.
  const releases = releaseSources(root, options.releases ?? ALL_RELEASES);
  const branches = await branchNeeds(root, options.branches);
  for (const { name, why } of branches.unreadable) say(`warning: what ${name} needs is not known: ${why}`);
  const needs = needsOf([
    sourceOfPlans('the present tree', plans.values()),
    ...releases,
    ...branches.sources,
  ]);
  await pruneEngine(needs, options, say);
  if (registry === undefined) say('\nregistry: none is named');
  else await pruneRegistry(registry, needs, branches, subject, options, say);
  if (options.yes !== true) say('\nNothing was removed. To remove it: npx nx run images:prune --yes');
}

async function pruneEngine(needs: Needs, { yes, keep = [] }: PruneOptions, say: Say): Promise<void> {
  const verdicts = await judgeEngine(needs, keep);
  if (verdicts === undefined) {
    say('\nengine: none answers');
    return;
  }
  const removed = verdicts.filter(({ remove }) => remove);
  say(`\nengine: ${removed.length} of ${verdicts.length} key tags ${yes === true ? 'go' : 'would go'}`);
  for (const { reference, remove, why } of verdicts)
    say(`  ${remove ? 'remove' : 'keep  '} ${reference}: ${why}`);
  if (yes !== true) return;
  for (const line of await removeTags(verdicts)) say(`  warning: it stays, ${line}`);
}

async function pruneRegistry(
  registry: Registry,
  needs: Needs,
  { unreadable }: BranchNeeds,
  { imageName }: PruneSubject,
  { yes, keep = [], days = 30, skipUnreadableBranches }: PruneOptions,
  say: Say,
): Promise<void> {
  const { host } = registry.address;
  const verdicts = await judgeRegistry(registry, needs, imageName, { keep, days });
  const blocked = unreadable.length > 0 && skipUnreadableBranches !== true;
  const removed = verdicts.filter(({ remove }) => remove);
  const goes = yes === true && !blocked ? 'go' : 'would go';
  say(
    `\nregistry ${host}: ${removed.length} of ${verdicts.length} manifests ${goes}, which frees ${megabytes(freedBytes(verdicts))} when it collects its garbage`,
  );
  for (const verdict of verdicts) say(`  ${lineOf(verdict)}`);
  if (yes !== true) return;
  if (blocked)
    throw new ProblemError({
      code: 'branch-unreadable',
      message: `nothing was removed from ${host}: what ${unreadable.map(({ name }) => name).join(', ')} needs is not known`,
      mend: 'mend or delete those branches, or, if nobody needs what they publish: --skip-unreadable-branches',
    });
  await deleteFrom(registry, verdicts);
}

const lineOf = ({ stored: { repository, tags, blobs }, remove, why }: Verdict): string =>
  `${remove ? 'remove' : 'keep  '} ${repository}:${tags.join(',')} (${megabytes(
    blobs.reduce((sum, { size }) => sum + size, 0),
  )}): ${why}`;
