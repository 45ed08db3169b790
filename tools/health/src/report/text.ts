import { lasting } from '@cp-whisperx-app/pipeline/words';
import { size } from '../audit/text.ts';
import { ROOT, type ReportData, type ReportImage } from './data.ts';
import { age, commonPrefix, minute, spared } from './words.ts';

/** The columns of the report, by their heads; what isn't known is empty. Numbers stand to the right. */
const COLUMNS: readonly (readonly [
  head: string,
  cell: (image: ReportImage, context: Context) => string | undefined,
  right?: boolean,
])[] = [
  ['image', ({ name }) => name],
  ['tag', ({ image }, { prefix }) => image.slice(prefix.length)],
  ['size', ({ sizes }) => sizes && size(sizes.whole), true],
  ['own', ({ sizes }) => sizes && size(sizes.own), true],
  ['shared', ({ sizes }) => sizes && size(sizes.shared), true],
  ['base', ({ base }) => base ?? ROOT],
  ['built, UTC', ({ built }) => built && minute(built)],
  ['took', ({ seconds }) => (seconds === undefined ? undefined : lasting(seconds)), true],
  ['age', ({ built }, { made }) => built && age(built, made), true],
  ['place', ({ places }) => (places?.length === 0 ? 'nowhere' : (places?.join(', ') ?? ''))],
];

interface Context {
  readonly prefix: string;
  readonly made: string;
}

/** What the table of the images shows, for the terminal and for the page alike. Pure. */
export function imageTable(data: ReportData): {
  readonly heads: readonly { readonly text: string; readonly right: boolean }[];
  readonly rows: readonly (readonly string[])[];
  readonly prefix: string;
} {
  const prefix = commonPrefix(data.images.map(({ image }) => image));
  return {
    heads: COLUMNS.map(([text, , right = false]) => ({ text, right })),
    rows: data.images.map((image) =>
      COLUMNS.map(([, cell]) => cell(image, { prefix, made: data.made }) ?? ''),
    ),
    prefix,
  };
}

/** The report for a terminal. Pure. @param page path of the page */
export function reportText(data: ReportData, page: string): string {
  const { heads, rows, prefix } = imageTable(data);
  const all = [heads.map(({ text }) => text), ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) =>
        heads[column]?.right === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [
    ...lines,
    '',
    ...(prefix === '' ? [] : [`Tags stand after ${prefix}.`]),
    'own: what an image adds to its base. shared: what another image has, too.',
    `${data.images.length} images, each layer once: ${size(data.unique)}. Were nothing shared: ${size(data.naive)}. Spared: ${spared(data.unique, data.naive)}.`,
    ...(data.torch ? [`torch: ${copies(data.torch)}.`] : []),
    ...data.notes.map((note) => `note: ${note}`),
    '',
    `page: ${page}`,
  ].join('\n');
}

/** `1 copy for 7 images` */
export const copies = ({ copies, images }: NonNullable<ReportData['torch']>): string =>
  `${copies} ${copies === 1 ? 'copy' : 'copies'} for ${images} ${images === 1 ? 'image' : 'images'}`;

/** The sizes as a table of Markdown, in MB, as docs/results.md has it. Pure. */
export function reportMarkdown({ images, layers, unique, naive }: ReportData): string {
  const of = (some: ReportData['layers']): string =>
    megabytes(some.reduce((sum, { bytes }) => sum + bytes, 0));
  const root = of(layers.filter(({ owner }) => owner === ROOT));
  const rows = images.map(({ name, base, sizes }) => [
    name,
    base ?? ROOT,
    sizes ? megabytes(sizes.own) : '',
    sizes ? of(layers.filter(({ owner }) => owner === name)) : '',
    sizes ? megabytes(sizes.whole) : '',
  ]);
  return [
    ['image', 'stands on', 'adds, MB', 'of it new to the family', 'whole, MB'],
    ['---', '---', '---:', '---:', '---:'],
    [ROOT, '', root, root, root],
    ...rows,
    [`**${images.length} images, each layer once**`, '', '', '', `**${megabytes(unique)}**`],
    ['were nothing shared', '', '', '', megabytes(naive)],
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const megabytes = (bytes: number): string =>
  bytes < 1e7 ? (bytes / 1e6).toFixed(1) : `${Math.round(bytes / 1e6)}`;
