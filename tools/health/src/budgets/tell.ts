import { aligned, size } from '../audit/text.ts';
import { growth, movementText, signed, type Comparison, type Movement } from './compare.ts';

/** Packages of an image that a line or a row names. */
const NAMED = 3;

/** What a run says of images that fit their budgets: sizes, what moved, which budgets have too much room. Pure. */
export function comparisonText(all: readonly Comparison[]): string {
  const rows = all.map(({ name, whole, packages, under }) => [
    size(whole.now ?? 0),
    size(whole.before ?? 0),
    growth(whole) === 0 ? '=' : signed(growth(whole)),
    [
      name,
      ...packages.slice(0, NAMED).map(movementText),
      ...rest(packages),
      ...(under.length > 0 ? ['(smaller)'] : []),
    ].join('   '),
  ]);
  const smaller = all.flatMap(({ name, under }) => under.map((one) => `${name}: ${movementText(one)}`));
  return [
    ...aligned([['own', 'budget', 'change', 'image'], ...rows]),
    ...(smaller.length === 0
      ? []
      : [
          'smaller than their budgets, which then let them grow again unseen: npx nx run images:budgets:update',
          ...smaller.map((line) => `  ${line}`),
        ]),
  ].join('\n');
}

/** The same as a table for a pull request. Pure. */
export function comparisonMarkdown(all: readonly Comparison[]): string {
  const rows = all.map(({ name, over, whole, packages }) => {
    const layers = over.filter(({ what }) => what !== whole.what);
    const cells = [
      over.length > 0 ? `**${name}**` : name,
      size(whole.now ?? 0),
      size(whole.before ?? 0),
      growth(whole) === 0 ? '' : signed(growth(whole)),
      layers.map(movementText).join('<br>'),
      [...packages.slice(0, NAMED).map(movementText), ...rest(packages)].join('<br>'),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    '| image | own | budget | change | layers over budget | packages |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const rest = (packages: readonly Movement[]): readonly string[] =>
  packages.length > NAMED ? [`and ${packages.length - NAMED} more`] : [];
