import { markdownTable, textTable } from '../tell.ts';
import type { BaseStatus, Cost, Level } from './status.ts';

const LEVEL: Readonly<Record<Level, string>> = {
  ok: 'ok',
  look: 'LOOK',
  over: 'OVER',
  unknown: 'not known',
};

/** The status for a terminal. Pure. */
export function statusText({ lines, costs }: BaseStatus): string {
  const sources = [...new Set(lines.flatMap(({ source }) => source ?? []))];
  return [
    textTable(lines.map(({ level, what, now }) => [LEVEL[level], what, now])),
    `what a move costs:\n${textTable(costs.map((cost) => [`  ${cost.what}`, ...costCells(cost)]))}`,
    `sources: ${sources.join('  ')}`,
  ].join('\n\n');
}

/** The same as an issue's text; empty where there is nothing to look at. Pure. */
export function statusMarkdown({ lines, costs, day }: BaseStatus): string {
  if (lines.every(({ level }) => level === 'ok')) return '';
  return [
    `What all images stand on, on ${day}.`,
    markdownTable([
      ['', 'what', 'now', 'source'],
      ...lines.map(({ level, what, now, source }) => [LEVEL[level], what, now, source ?? '']),
    ]),
    markdownTable([
      ['moving', 'rebuilds', 'a cold build fetches', ''],
      ...costs.map((cost) => [cost.what, ...costCells(cost)]),
    ]),
  ].join('\n\n');
}

const costCells = ({ images, download, remark }: Cost): readonly string[] => [
  `${String(images.length)} images`,
  download === undefined ? 'not measured' : `${(download / 1e9).toFixed(1)} GB`,
  remark,
];
