/// <reference lib="dom" />
import { useBrowser } from '@cp-whisperx-app/pipeline/testing/browser';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { assemble } from '../assemble.ts';
import type { ReportData } from '../data.ts';
import { EVIL, evilReport } from '../testing/evil.ts';
import { sampleFamily } from '../testing/family.ts';
import { reportPage } from './page.ts';

const open = useBrowser<ReportData>(reportPage);
const DATA = assemble(sampleFamily());
const STILL = { reducedMotion: 'reduce' } as const;

const labels = (page: Page): Promise<string[]> =>
  page
    .locator('#map .tile')
    .evaluateAll((tiles) => tiles.map((tile) => tile.ariaLabel?.split(', ').slice(0, 2).join(' ') ?? ''));
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.ariaLabel?.split(', ')[0] ?? '');
const path = async (page: Page): Promise<string> =>
  (await page.locator('#path li').allInnerTexts()).join(' / ');

const FAMILY = ['ml 3.00 GB', 'asr 601.0 MB', 'base 500.0 MB', 'root 100.0 MB', 'mux 50.0 MB', 'vad 2.0 MB'];

describe('the treemap', () => {
  test('has a tile for each image, as large as its bytes', async () => {
    const page = await open(DATA, STILL);
    expect(await labels(page)).toEqual(FAMILY);
    const areas = await page.locator('#map .tile').evaluateAll((tiles) =>
      tiles.map((tile) => {
        const { width, height } = tile.getBoundingClientRect();
        return width * height;
      }),
    );
    const [ml = 0, asr = 0, base = 0] = areas;
    expect(ml / asr).toBeCloseTo(3000 / 601, 0);
    expect(asr / base).toBeCloseTo(601 / 500, 0);
    const all = await page.locator('#map').evaluate((map) => map.clientWidth * map.clientHeight);
    expect(areas.reduce((sum, area) => sum + area, 0) / all).toBeGreaterThan(0.95);
  });

  test('is gone into and out of by the keyboard, and the focus comes back', async () => {
    const page = await open(DATA, STILL);
    await page.locator('#map .tile').first().focus();
    for (const key of ['ArrowRight', 'ArrowDown']) await page.keyboard.press(key);
    expect(await focused(page)).toBe('base');
    await page.keyboard.press('Enter');
    expect(await labels(page)).toEqual(['RUN apt 300.0 MB', 'COPY --from=x /opt 200.0 MB']);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    expect(await labels(page)).toEqual(['scipy 1.0 120.0 MB', 'numpy 1.0 60.0 MB', 'other files 20.0 MB']);
    expect(await path(page)).toBe('All images / base / COPY --from=x /opt');
    expect(await focused(page)).toBe('scipy 1.0');
    // Nothing is in a package.
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('scipy 1.0');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('COPY --from=x /opt');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('base');
    expect(await labels(page)).toEqual(FAMILY);
    await page.keyboard.press('Escape');
    expect(await labels(page)).toEqual(FAMILY);
  });

  test('is gone into by the mouse, past what is alone, and out by its path', async () => {
    const page = await open(DATA, STILL);
    await page
      .locator('#map .tile')
      .first()
      .click({ position: { x: 9, y: 9 } });
    expect(await path(page)).toBe('All images / ml / COPY --from=x /opt');
    expect(await labels(page)).toEqual(['torch 1.0 2.00 GB', 'triton 1.0 900.0 MB', 'other files 100.0 MB']);
    expect(await page.locator('#where').innerText()).toContain('3.00 GB · 71 % of all');
    await page.locator('#map .tile').nth(1).hover();
    expect(await page.locator('#detail').innerText()).toContain('triton 1.0: 900.0 MB, 21 % of all');
    await page.locator('#path button').first().click();
    expect(await labels(page)).toEqual(FAMILY);
    expect(await focused(page)).toBe('ml');
  });

  test('has one stop of the Tab key, and the arrows reach every tile', async () => {
    const page = await open(DATA, STILL);
    expect(await page.locator('#map .tile[tabindex="0"]').count()).toBe(1);
    await page.locator('#map .tile').first().focus();
    const reached = [await focused(page)];
    for (let step = 1; step < FAMILY.length; step++) {
      await page.keyboard.press('ArrowRight');
      reached.push(await focused(page));
    }
    expect(reached).toEqual(FAMILY.map((label) => label.split(' ')[0]));
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('vad');
    expect(await page.locator('#map .tile[tabindex="0"]').count()).toBe(1);
  });

  test('fits the window when that changes, and keeps the focus', async () => {
    const page = await open(DATA, STILL);
    await page.locator('#map .tile').nth(2).focus();
    const width = (): Promise<number> =>
      page
        .locator('#map')
        .evaluate((map) =>
          Math.max(
            ...[...map.children].map(
              (tile) => (tile as HTMLElement).offsetLeft + (tile as HTMLElement).offsetWidth,
            ),
          ),
        );
    await page.setViewportSize({ width: 500, height: 800 });
    await expect.poll(width).toBeLessThan(480);
    expect(await focused(page)).toBe('base');
  });
});

describe('the tree', () => {
  test('has each image with what it adds, its level, and opens it below', async () => {
    const page = await open(DATA, STILL);
    const rows = page.getByRole('treeitem');
    expect(
      await rows.evaluateAll((all) => all.map((one) => `${one.ariaLevel ?? ''} ${one.ariaLabel ?? ''}`)),
    ).toEqual([
      '1 root image, 100.0 MB',
      '2 base, CPU, adds 500.0 MB to root, 600.0 MB in all',
      '3 mux, CPU, adds 50.0 MB to base, 650.0 MB in all',
      '3 ml, GPU, adds 3.00 GB to base, 3.60 GB in all',
      '4 asr, GPU, adds 601.0 MB to ml, 4.20 GB in all',
      '4 vad, GPU, adds 602.0 MB to ml, 4.20 GB in all',
    ]);
    await rows.first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await path(page)).toBe('All images / base');
    expect(await focused(page)).toBe('RUN apt');
    await rows.nth(4).click();
    expect(await path(page)).toBe('All images / asr');
  });

  test('draws each chain to scale', async () => {
    const page = await open(DATA, STILL);
    const widths = await page
      .locator('[data-owner=asr] rect')
      .evaluateAll((rects) => rects.map((rect) => Math.round(Number(rect.getAttribute('width')))));
    expect(widths).toEqual([100, 500, 3000, 601].map((part) => Math.round((1000 * part) / 4202)));
  });
});

test('whatever stands in a name is text', async () => {
  const page = await open(evilReport(), STILL);
  await page.getByRole('treeitem').nth(1).click();
  await page.locator('#map .tile').first().hover();
  for (const place of ['#path span', '#where', '#detail', '.node .name >> nth=1', '.notes li', '.tables td'])
    expect(await page.locator(place).first().innerText(), place).toContain(EVIL);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.locator('[onload], [onerror]').count()).toBe(0);
});

test('a family without records has no treemap', async () => {
  const page = await open(assemble(sampleFamily((_, { key }) => ({ key, places: [] }))), STILL);
  expect(await page.locator('#map-section').isVisible()).toBe(false);
  expect(await page.getByText('No sizes of base, ml, asr, mux, vad').isVisible()).toBe(true);
});
