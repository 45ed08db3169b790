import { expect, test } from 'vitest';
import { assemble } from '../assemble.ts';
import { sampleFamily } from '../testing/family.ts';
import { evilReport } from '../testing/evil.ts';
import { reportPage } from './page.ts';

const DATA = assemble(sampleFamily());
const cells = (page: string, region: string): string[][] => {
  const [, table = ''] = new RegExp(`aria-label="${region}"[^>]*>([\\s\\S]*?)</table>`).exec(page) ?? [];
  return [...table.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd][^>]*>([^<]*)</g)].map(([, text = '']) => text),
  );
};

test('the tables have what the terminal has, each layer and each package', () => {
  const page = reportPage(DATA);
  const images = cells(page, 'Images');
  expect(images).toHaveLength(1 + 5);
  expect(images[2]?.slice(0, 6)).toEqual(['ml', 'ml:cuda', '3.60 GB', '3.00 GB', '3.60 GB', 'base']);
  expect(cells(page, 'Layers')[5]).toEqual([
    'asr',
    'COPY --from=x /opt',
    'images/asr/Dockerfile:4',
    '600.0 MB',
    '1',
    '2',
  ]);
  expect(
    cells(page, 'Packages')
      .slice(1)
      .map(([name]) => name),
  ).toEqual(['scipy', 'numpy', 'torch', 'triton', 'whisper']);
});

test('what nobody read is a question mark, and a note says what mends it', () => {
  const family = sampleFamily();
  const page = reportPage(assemble({ ...family, packages: new Map() }));
  expect(cells(page, 'Layers')[5]?.[4]).toBe('?');
  expect(cells(page, 'Packages')).toEqual([]);
  expect(page).toContain('npx nx run-many -t docker-audit');
  expect(page).not.toContain('Copies of torch');
});

test('a family without records is a page that says so', () => {
  const page = reportPage(assemble(sampleFamily((_, { key }) => ({ key, places: [] }))));
  expect(page).toContain('No sizes of base, ml, asr, mux, vad');
  expect(page).not.toContain('NaN');
});

test('names are text wherever they come to stand, and nothing is asked from outside', () => {
  const page = reportPage(evilReport());
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page).not.toContain('<script>alert');
  expect(page).not.toMatch(/[^\\]" onload="/);
  expect(page.match(/(src|href)="(?!#|data:)[^"]*"|url\([^)]*\)|@import/g)).toBeNull();
});
