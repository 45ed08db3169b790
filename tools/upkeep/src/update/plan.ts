import type { ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import {
  compileLocks,
  editVersions,
  isReleased,
  noReason,
  readVersions,
  versionsFile,
  type LockedImage,
} from '@cp-whisperx-app/versions';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { affectedImages, type Affected } from './affected.ts';
import { moveText, readAsked, type Move } from './asked.ts';
import { movedLocks, type MovedLock } from './locks.ts';

/** What an update would do. */
export interface UpdatePlan {
  readonly moves: readonly Move[];
  /** The former cut-off and the new one, where it moves. */
  readonly cutOff?: Pick<Move, 'from' | 'to'> | undefined;
  /** Texts by path: versions.txt, the locks, their record. */
  readonly texts: ReadonlyMap<string, string>;
  readonly locks: readonly MovedLock[];
  readonly affected: readonly Affected[];
}

interface Wanted {
  readonly words: readonly string[];
  readonly excludeNewer: string | undefined;
  readonly now: Date;
  readonly say: (line: string) => void;
}

/**
 * Steps 1 to 3 of an update, without a write: versions.txt as it would be, the locks compiled from that, the images that
 * they come into.
 * @throws ProblemError what can't be done, or what keeps the set from resolving
 */
export async function planUpdate(
  root: string,
  images: readonly LockedImage[],
  graph: ImageGraph,
  { words, excludeNewer, now, say }: Wanted,
): Promise<UpdatePlan> {
  const text = readFileSync(join(root, versionsFile), 'utf8');
  const versions = readVersions(text);
  const moves = readAsked(words, versions);
  const cutOff =
    excludeNewer === undefined || excludeNewer === versions.excludeNewer
      ? undefined
      : { from: versions.excludeNewer, to: excludeNewer };
  if (moves.length === 0 && cutOff === undefined) throw new ProblemError(NOTHING);
  if (cutOff !== undefined && Date.parse(cutOff.to) > now.getTime())
    throw new ProblemError(inFuture(cutOff.to));
  const edited = editVersions(text, {
    pins: new Map(moves.map(({ name, to }) => [name, to])),
    facts: cutOff === undefined ? {} : { 'exclude-newer': cutOff.to },
  });
  const { pins, excludeNewer: until } = readVersions(edited);

  say(`1/6 ${versionsFile}`);
  for (const { name, from, to, carriedBy } of moves) {
    const why = carriedBy === undefined ? '' : ` (coupled with ${carriedBy})`;
    say(`    line ${pins.get(name)?.line ?? '?'}: ${moveText({ name, from, to })}${why}`);
    const remark = pins.get(name)?.remark ?? '';
    const wants = remark.endsWith(noReason) ? 'wants a reason' : 'may no longer hold';
    if (remark !== 'design' && remark !== '') say(`      its remark ${wants}: ${remark}`);
  }
  if (cutOff !== undefined) say(`    cut-off ${cutOff.from} → ${cutOff.to}: what is not pinned moves too`);
  await checkReleased(root, moves, until, now);

  say('2/6 locks');
  const compiled = await compileLocks(root, images, { texts: new Map([[versionsFile, edited]]) }).catch(
    (error: unknown) => {
      throw error instanceof ProblemError ? new ProblemError(...error.problems.map(unresolved)) : error;
    },
  );
  const before = new Map([...compiled.keys()].map((path) => [path, readIn(root, path)]));
  const locks = movedLocks(before, compiled);
  for (const { path, packages } of locks) say(`    ${path}: ${packages.join(', ')}`);
  const same = [...compiled.keys()].filter((path) => path.endsWith('.lock')).length - locks.length;
  say(`    ${same} stay as they are, to the byte`);

  say('3/6 images');
  const affected = affectedImages(
    graph,
    locks.map(({ path }) => path),
  );
  const width = Math.max(0, ...affected.map(({ name }) => name.length));
  for (const { name, why } of affected) say(`    ${name.padEnd(width)}  ${why.join('; ')}`);
  say(`    ${graph.size - affected.length} of ${graph.size} stay as they are`);
  return { moves, cutOff, texts: new Map([[versionsFile, edited], ...compiled]), locks, affected };
}

/** @throws ProblemError `unreleased` for each move to what the index has not, or not yet up to the cut-off */
async function checkReleased(root: string, moves: readonly Move[], until: string, now: Date): Promise<void> {
  const today = `${now.toISOString().slice(0, 10)}T00:00:00Z`;
  const problems = [];
  for (const { name, to, carriedBy } of moves) {
    if (await isReleased(root, [name, to], until)) continue;
    const carried = carriedBy === undefined ? '' : `, which is coupled with ${carriedBy}`;
    const later = await isReleased(root, [name, to], now.toISOString());
    problems.push({
      code: later ? 'after-cut-off' : 'unreleased',
      message: later
        ? `${name} ${to} was released after the cut-off date ${until}`
        : `the index has no ${name} ${to} with a wheel for the images' Python${carried}`,
      file: versionsFile,
      mend: later
        ? `add --cut-off ${today}, which lets what is not pinned move too`
        : `npx nx run versions:outdated ${name}, which tells what there is`,
    });
  }
  if (problems.length > 0) throw new ProblemError(...problems);
}

const NOTHING = {
  code: 'nothing-asked',
  message: 'no package and no other cut-off date is named',
  mend: 'npx nx run versions:update torch=2.8.0, or --cut-off 2026-01-01T00:00:00Z',
};

const inFuture = (moment: string) => ({
  code: 'cut-off-in-future',
  message: `the cut-off date ${moment} is still to come, so what is locked up to it could change`,
  mend: 'name a moment that has passed',
});

/** A conflict, with what helps here. Nothing is written yet. */
const unresolved = (problem: ProblemError['problems'][number]): typeof problem =>
  problem.code === 'conflict'
    ? {
        ...problem,
        mend: 'nothing is changed; move what the sentence names in the same command, or see npx nx run versions:outdated',
      }
    : problem;

const readIn = (root: string, path: string): string =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
