import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { workspace } from './engine.ts';
import { FAMILY, type FamilyImage } from './family.ts';

/** The headings that the design asks for, in its order. */
const HEADINGS = [
  'Build order',
  'Inheritance',
  'Common dependencies',
  'Versions',
  'Build commands',
  'Layer order',
  'Results',
  'Troubleshooting',
  'File locations',
  'Update process',
  'Adding stages',
  'Tips',
  'Schedule',
];

const page = read('docs/quick-reference.md');
const [, ...sections] = page.split(/^## /m);
const section = (heading: string): string => sections.find((text) => text.startsWith(`${heading}\n`)) ?? '';
/** Rows of a section's table, without its head. */
const rows = (heading: string): readonly (readonly string[])[] =>
  [...section(heading).matchAll(/^\| (.*) \|$/gm)]
    .slice(1)
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim()));
const list = (text = ''): readonly string[] => (text === '' ? [] : text.split(/,\s*/).sort());

const under = ({ base }: FamilyImage): FamilyImage | undefined => FAMILY.find(({ image }) => image === base);
const depth = (image: FamilyImage): number => {
  const base = under(image);
  return base === undefined ? 0 : 1 + depth(base);
};
const folders = (images: readonly FamilyImage[]): readonly string[] =>
  images.map(({ folder }) => folder).sort();

it('is one page with the headings of the design', () => {
  expect(page.split('\n').length).toBeLessThanOrEqual(121);
  expect(sections.map((text) => text.split('\n')[0])).toEqual(HEADINGS);
});

it('build order: what stands on nothing first, then what stands on that', () => {
  const told = [...section('Build order').matchAll(/^\d+\. (.*)$/gm)].map(([, line]) => list(line));
  const deepest = Math.max(...FAMILY.map(depth));
  expect(told).toEqual(
    Array.from({ length: deepest + 1 }, (_, level) =>
      folders(FAMILY.filter((image) => depth(image) === level)),
    ),
  );
});

it('inheritance: each base, what it stands on, and the stages on it', () => {
  const bases = FAMILY.filter(({ folder }) => folder.startsWith('base-'));
  expect(
    rows('Inheritance').map(([base, on, stages]) => [base, on?.replace(/^root.*/, 'root'), list(stages)]),
  ).toEqual(
    bases.map((base) => [
      base.folder,
      under(base)?.folder ?? 'root',
      folders(FAMILY.filter((image) => image.base === base.image && !bases.includes(image))),
    ]),
  );
});

test.each(['base-cpu', 'base-ml'])('common dependencies: what %s asks for', (base) => {
  const told = rows('Common dependencies').find(([name]) => name === base)?.[1];
  const asked = read(`images/${base}/requirements.in`)
    .split('\n')
    .filter((line) => /^\w/.test(line));
  expect(list(told)).toEqual(asked.sort());
});

it('versions: as versions.txt has them', () => {
  const pins = read('libs/versions/versions.txt')
    .split('\n')
    .map((line) => line.split(/\s/)[0]);
  const told = [...section('Versions').matchAll(/`(\S+==\S+)`/g)].map(([, pin]) => pin);
  expect(told.length).toBeGreaterThan(0);
  expect(told.filter((pin) => !pins.includes(pin))).toEqual([]);
});

it('file locations are there', () => {
  const told = rows('File locations').flatMap(([cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
  );
  const gone = told.filter(
    (path) => path !== '.env.local' && !existsSync(join(workspace, path.replace('NAME', 'asr'))),
  );
  expect(gone).toEqual([]);
});

it('the schedule is that of the workflow', () => {
  const months = [...read('.github/workflows/upkeep.yml').matchAll(/cron: '?\d+ \d+ \d+ (\S+) \*/g)].map(
    ([, month]) => month,
  );
  const often = { '*': 'each month', '1,4,7,10': 'each quarter', '1': 'each year' };
  expect(rows('Schedule').map(([when]) => when)).toEqual(
    months.map((month) => often[month as keyof typeof often]),
  );
});

function read(file: string): string {
  return readFileSync(join(workspace, file), 'utf8');
}
