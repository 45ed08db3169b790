import { markdownTable, textTable } from '../tell.ts';
import type { Judged, Why } from './judge.ts';

const HEAD = ['image', 'asks for', 'why it is there', 'used by'];

const WHY: Readonly<Record<Why, string>> = {
  imported: 'imported',
  called: 'called',
  linked: 'linked or named by a package',
  named: 'named in code',
  needed: 'needed',
  optional: 'only an extra asks for it',
  unused: 'UNUSED',
};

/** What is asked for and why, for a terminal. Pure. */
export function unusedText(judged: readonly Judged[]): string {
  const suspects = judged.filter(isUnused);
  return [
    textTable([HEAD, ...judged.map(row)]),
    ...suspects.map(
      ({ file, line, name }) => `${file}:${String(line)}: nothing uses ${name}\n  mend: ${mendOf(file)}`,
    ),
    summary(judged),
  ].join('\n\n');
}

/** The same as an issue's text; empty where all is used. Pure. */
export function unusedMarkdown(judged: readonly Judged[]): string {
  const suspects = judged.filter(isUnused);
  if (suspects.length === 0) return '';
  return [
    `${summary(judged)}.`,
    markdownTable([
      ['where', 'what', 'how'],
      ...suspects.map(({ file, line, name }) => [`${file}:${String(line)}`, name, mendOf(file)]),
    ]),
    `<details><summary>why the others are there</summary>\n\n${markdownTable([HEAD, ...judged.filter((one) => !isUnused(one)).map(row)])}\n\n</details>`,
  ].join('\n\n');
}

const isUnused = ({ why }: Judged): boolean => why === 'unused';

const row = ({ image, name, why, uses }: Judged): readonly string[] => [
  image,
  name,
  WHY[why],
  uses.join('; '),
];

const mendOf = (file: string): string =>
  file.endsWith('.in')
    ? 'take the line out, then npx nx sync; or say in the code why it is needed'
    : 'take the line out, then npx nx run-many -t docker-build docker-test';

const summary = (judged: readonly Judged[]): string =>
  `${String(judged.filter(isUnused).length)} of ${String(judged.length)} lines ask for what nothing uses`;
