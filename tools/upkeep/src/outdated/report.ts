import { markdownTable, textTable } from '../tell.ts';
import type { Outdated } from './look.ts';

/** What `versions:outdated` found. */
export interface OutdatedReport {
  /** Until when releases count. */
  readonly asOf: string;
  /** What the locks are compiled up to now. */
  readonly cutOff: string;
  /** Number of pins that were looked at. */
  readonly pins: number;
  readonly packages: readonly Outdated[];
}

/** For a terminal. Pure. */
export function outdatedText(report: OutdatedReport): string {
  const blocks = blocked(report).map((line) => `  ${line}`);
  return [
    head(report),
    ...(report.packages.length > 0 ? [textTable(rows(report))] : []),
    ...(blocks.length > 0 ? ['', 'Blocked:', ...blocks] : []),
    ...(report.packages.length > 0 ? ['', next(report)] : []),
  ].join('\n');
}

/** For an issue; empty where everything is at its newest. Pure. */
export function outdatedMarkdown(report: OutdatedReport): string {
  if (report.packages.length === 0) return '';
  const blocks = blocked(report).map((line) => `- ${line}`);
  return [
    head(report),
    markdownTable(rows(report)),
    ...(blocks.length > 0 ? ['**Blocked**', blocks.join('\n')] : []),
    next(report),
  ].join('\n\n');
}

const head = ({ pins, packages, asOf }: OutdatedReport): string =>
  `${packages.length} of ${pins} pins have a newer release as of ${asOf.slice(0, 10)}.`;

const next = ({ cutOff, asOf }: OutdatedReport): string =>
  `To take one: npx nx run versions:update NAME=VERSION, with --cut-off ${asOf} where it was released after ` +
  `${cutOff.slice(0, 10)}. That moves what is not pinned too, and rebuilds what that is in.`;

const rows = ({ packages }: OutdatedReport): readonly (readonly string[])[] => [
  ['package', 'ours', 'newest', 'could take', 'rebuilds'],
  ...packages.map(({ names, ours, newest, couldTake, rebuilds }) => [
    names.join(', '),
    ours,
    newest,
    couldTake ?? 'none newer',
    rebuilds.join(' ') || '–',
  ]),
];

const blocked = ({ packages }: OutdatedReport): readonly string[] =>
  packages.flatMap(({ names, newest, blockedBy }) =>
    blockedBy === undefined ? [] : [`${names.join(', ')} ${newest}: ${blockedBy}`],
  );
