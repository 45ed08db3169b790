import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import type { BuildPlan } from '../plan/plan.ts';
import type { Registry } from '../registry/client.ts';
import { addressText } from '../registry/lookup.ts';
import { ALL_RELEASES, branchNeeds, releaseSources, type BranchNeeds } from './branches.ts';
import { freedBytes, type Verdict } from './judge.ts';
import { unknownInEngine, unknownInRegistry } from './known-keys.ts';
import { needsOf, sourceOfPlans, type Needs } from './needs.ts';
import { judgeEngine, removeTags } from './prune-engine.ts';
import { deleteFrom, judgeRegistry } from './prune-registry.ts';
import { megabytes } from '../units.ts';

/** What `images:prune` may be told. */
export interface PruneOptions {
  readonly yes?: boolean;
  readonly releases?: readonly string[];
  readonly branches?: readonly string[];
  readonly keep?: readonly string[];
  readonly days?: number;
  readonly skipUnreadableBranches?: boolean;
  readonly otherKeys?: boolean;
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
 * @throws ProblemError also `branch-unreadable`, `keys-unknown`
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
  const problems = [...(await pruneEngine(needs, options, say))];
  if (registry === undefined) say('\nregistry: none is named');
  else problems.push(...(await pruneRegistry(registry, needs, branches, subject, options, say)));
  if (options.yes !== true) say('\nNothing was removed. To remove it: npx nx run images:prune --yes');
  else if (problems.length > 0) throw new ProblemError(...problems);
}

/** @returns why nothing was removed */
async function pruneEngine(
  needs: Needs,
  { yes, keep = [], otherKeys }: PruneOptions,
  say: Say,
): Promise<readonly Problem[]> {
  const verdicts = await judgeEngine(needs, keep);
  if (verdicts === undefined) {
    say('\nengine: none answers');
    return [];
  }
  const unknown = otherKeys === true ? undefined : unknownInEngine(verdicts, needs, process.env);
  const removed = verdicts.filter(({ remove }) => remove);
  say(
    `\nengine: ${removed.length} of ${verdicts.length} key tags ${yes === true && unknown === undefined ? 'go' : 'would go'}`,
  );
  for (const { reference, remove, why } of verdicts)
    say(`  ${remove ? 'remove' : 'keep  '} ${reference}: ${why}`);
  if (yes !== true) warn(unknown, say);
  if (yes !== true || unknown !== undefined) return unknown === undefined ? [] : [unknown];
  for (const line of await removeTags(verdicts)) say(`  warning: it stays, ${line}`);
  return [];
}

/** @returns why nothing was removed */

async function pruneRegistry(
  registry: Registry,
  needs: Needs,
  { unreadable }: BranchNeeds,
  { imageName }: PruneSubject,
  { yes, keep = [], days = 30, skipUnreadableBranches, otherKeys }: PruneOptions,
  say: Say,
): Promise<readonly Problem[]> {
  const name = addressText(registry);
  const verdicts = await judgeRegistry(registry, needs, imageName, { keep, days });
  const unknown = otherKeys === true ? undefined : unknownInRegistry(registry, verdicts, needs, process.env);
  const blocking = [
    ...(unknown === undefined ? [] : [unknown]),
    ...(unreadable.length === 0 || skipUnreadableBranches === true ? [] : [unreadableIn(name, unreadable)]),
  ];
  const removed = verdicts.filter(({ remove }) => remove);
  const goes = yes === true && blocking.length === 0 ? 'go' : 'would go';
  say(
    `\nregistry ${name}: ${removed.length} of ${verdicts.length} manifests ${goes}, which frees ${megabytes(freedBytes(verdicts))} when it collects its garbage`,
  );
  for (const verdict of verdicts) say(`  ${lineOf(verdict)}`);
  if (yes !== true) warn(unknown, say);
  else if (blocking.length === 0) await deleteFrom(registry, verdicts);
  return blocking;
}

function warn(problem: Problem | undefined, say: Say): void {
  if (problem !== undefined) say(`  warning (${problem.code}): ${problem.message}; ${problem.mend}`);
}

const unreadableIn = (registry: string, unreadable: BranchNeeds['unreadable']): Problem => ({
  code: 'branch-unreadable',
  message: `nothing was removed from ${registry}: what ${unreadable.map(({ name }) => name).join(', ')} needs is not known`,
  mend: 'mend or delete those branches, or, if nobody needs what they publish: --skip-unreadable-branches',
});

const lineOf = ({ stored: { repository, tags, blobs }, remove, why }: Verdict): string =>
  `${remove ? 'remove' : 'keep  '} ${repository}:${tags.join(',')} (${megabytes(
    blobs.reduce((sum, { size }) => sum + size, 0),
  )}): ${why}`;
