import type { Affected } from './affected.ts';
import { moveText, type Move } from './asked.ts';

/** What CHANGELOG.md says of an update: what moved, and what images it is in. Pure. */
export function entryOf(
  moves: readonly Move[],
  cutOff: Pick<Move, 'from' | 'to'> | undefined,
  affected: readonly Affected[],
): string {
  const what = [
    ...moves.map(moveText),
    ...(cutOff === undefined ? [] : [`cut-off date ${cutOff.from} → ${cutOff.to}`]),
  ].join(', ');
  const images = affected.map(({ name }) => name).join(', ');
  return `${what}: ${images === '' ? 'in no image' : `in ${images}`}.`;
}

/** A commit's first line. Pure. */
export const subjectOf = (moves: readonly Move[], cutOff: Pick<Move, 'from' | 'to'> | undefined): string =>
  [...moves.map(moveText), ...(cutOff === undefined ? [] : [`cut-off date ${cutOff.to}`])].join(', ');
