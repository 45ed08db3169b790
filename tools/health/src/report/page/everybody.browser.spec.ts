/// <reference lib="dom" />
import { contrast, useBrowser } from '@cp-whisperx-app/pipeline/testing/browser';
import { expect, test } from 'vitest';
import { assemble } from '../assemble.ts';
import type { ReportData } from '../data.ts';
import { sampleFamily } from '../testing/family.ts';
import { reportPage } from './page.ts';

const open = useBrowser<ReportData>(reportPage);
const DATA = assemble(sampleFamily());
const STILL = { reducedMotion: 'reduce' } as const;

test.each(['light', 'dark'] as const)('text can be read in the %s scheme', async (colorScheme) => {
  const page = await open({ ...DATA, notes: ['x'] }, { ...STILL, colorScheme });
  await page.locator('#map .tile').first().hover();
  await page.locator('summary').first().click();
  const texts = [
    'h1',
    'dt',
    'dd',
    '.figures small',
    '.facts span',
    '.against span',
    '.against dt',
    '.keys',
    '#scheme',
  ];
  const more = ['.node .name', '.device', '.node .number', '.node .whole', '.notes li', '#where', '#detail'];
  const tiles = ['ml', 'asr', 'base', 'root', 'mux'].map((name) => `.tile[aria-label^="${name},"] > b`);
  const rest = [...tiles, '.tile .part span', '.tables th', '.tables td', 'summary', '.tables tbody th'];
  const low: string[] = [];
  for (const text of [...texts, ...more, ...rest]) if ((await contrast(page, text)) < 4.5) low.push(text);
  expect(low).toEqual([]);
  const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(paper).toBe(colorScheme === 'light' ? 'rgb(246, 246, 244)' : 'rgb(16, 19, 22)');
});

test('the Tab key goes through the page in its order, and shows where it is', async () => {
  const page = await open(DATA, STILL);
  const order: string[] = [];
  for (let step = 0; step < 6; step++) {
    await page.keyboard.press('Tab');
    order.push(
      await page.evaluate(() => {
        const { activeElement: at } = document;
        if (at && getComputedStyle(at).outlineStyle === 'none') return 'no outline';
        return at?.id || at?.ariaLabel?.split(', ')[0] || at?.className || at?.tagName || '';
      }),
    );
  }
  expect(order).toEqual(['skip', 'scheme', 'root image', 'ml', 'Images', 'SUMMARY']);
});

test.each([360, 400, 768, 1920])('nothing is wider than a window of %d pixels', async (width) => {
  const page = await open(DATA, { viewport: { width, height: 800 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
});

test.each([
  ['reduce', 'none'],
  ['no-preference', 'arrive'],
] as const)('who asks for %s of motion gets the animation %s', async (reducedMotion, name) => {
  const page = await open(DATA, { reducedMotion });
  const animation = page
    .locator('#map .tile')
    .first()
    .evaluate((tile) => getComputedStyle(tile).animationName);
  expect(await animation).toBe(name);
});

test('without a script the tables and the tree are there', async () => {
  const page = await open(DATA, { javaScriptEnabled: false });
  expect(await page.getByRole('treeitem').count()).toBe(6);
  expect(await page.locator('#map-section').isVisible()).toBe(false);
  expect(await page.locator('.tables tbody tr').first().isVisible()).toBe(true);
});
