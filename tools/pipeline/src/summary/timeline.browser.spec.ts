/// <reference lib="dom" />
import { describe, expect, test } from 'vitest';
import { summaryPage } from './page.ts';
import { useBrowser } from './testing/browser.ts';
import { sampleRun } from './testing/sample.ts';
import { shown } from './testing/shown.ts';

const open = useBrowser(summaryPage);
const FILM = sampleRun({ seconds: 5760, cues: 812 });
const STILL = { reducedMotion: 'reduce' } as const;

describe('the timeline', () => {
  test.each<[keys: readonly string[], part: readonly [start: number, end: number]]>([
    [[], [0, 60]],
    [['+'], [15, 45]],
    [['-'], [0, 120]],
    [
      ['ArrowRight', 'ArrowRight'],
      [30, 90],
    ],
    [
      ['ArrowRight', 'ArrowRight', 'ArrowLeft'],
      [15, 75],
    ],
    [['ArrowLeft'], [0, 60]],
    [['End'], [5700, 5760]],
    [
      ['End', 'Home'],
      [0, 60],
    ],
    [['0'], [0, 5760]],
    [
      ['0', '-', 'ArrowRight'],
      [0, 5760],
    ],
  ])('keys %j show %j, on the detail and on the window of the overview', async (keys, part) => {
    const page = await open(FILM, STILL);
    for (const place of ['#detail', '#overview .window']) {
      await page.reload();
      await page.locator(place).focus();
      for (const key of keys) await page.keyboard.press(key);
      await expect.poll(() => shown(page)).toEqual(part);
    }
    const window = page.locator('#overview .window');
    expect(await window.getAttribute('aria-valuenow')).toBe(String(part[0]));
    expect(await window.getAttribute('aria-valuemax')).toBe('5760');
  });

  test('keys with Control are the browser’s', async () => {
    const page = await open(FILM, STILL);
    await page.locator('#detail').focus();
    const kept = await page.evaluate(() => {
      const event = new KeyboardEvent('keydown', {
        key: '+',
        ctrlKey: true,
        bubbles: true,
        cancelable: true,
      });
      return document.querySelector('#detail')?.dispatchEvent(event);
    });
    expect(kept).toBe(true);
    expect(await shown(page)).toEqual([0, 60]);
  });

  test('the wheel zooms around the pointer, Shift and the wheel move, the drag moves', async () => {
    const page = await open(FILM, STILL);
    const track = await page.locator('.sound .track').boundingBox();
    const { x = 0, y = 0, width = 0 } = track ?? {};
    await page.mouse.move(x + width / 2, y + 20);
    await page.mouse.wheel(0, -300);
    await expect.poll(() => shown(page)).toEqual([15, 45]);
    await page.keyboard.down('Shift');
    await page.mouse.wheel(0, width);
    await page.keyboard.up('Shift');
    await expect.poll(() => shown(page)).toEqual([45, 75]);
    await page.mouse.down();
    await page.mouse.move(x, y + 20, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => shown(page)).toEqual([60, 90]);
    await expect(page.locator('[aria-selected=true]').count()).resolves.toBe(0);
  });

  test('where the whole film is shown the wheel is the page’s again', async () => {
    const page = await open(FILM, { ...STILL, viewport: { width: 1280, height: 500 } });
    await page.getByRole('button', { name: 'Whole film' }).click();
    await page.locator('.sound .track').hover();
    await page.mouse.wheel(0, 200);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(100);
    expect(await shown(page)).toEqual([0, 5760]);
  });

  test('the window of the overview goes where it is dragged and where the strip is clicked', async () => {
    const page = await open(FILM, STILL);
    const { x = 0, y = 0, width = 0 } = (await page.locator('#overview').boundingBox()) ?? {};
    await page.mouse.click(x + width / 2, y + 10);
    await expect.poll(() => shown(page)).toEqual([2850, 2910]);
    await page.mouse.move(x + width / 2, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + width / 4, y + 10, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => shown(page)).toEqual([1410, 1470]);
    const edge = (await page.locator('[data-edge=end]').boundingBox()) ?? { x: 0 };
    await page.mouse.move(edge.x + 5, y + 20);
    await page.mouse.down();
    await page.mouse.move(edge.x + 5 + width / 4, y + 20, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => shown(page)).toEqual([1410, 2910]);
  });

  test('draws what is in the window, and the axis with its times', async () => {
    const page = await open(FILM, STILL);
    const boxesOf = (lane: string) =>
      page
        .locator(`${lane} path`)
        .first()
        .evaluate((path) => path.getAttribute('d')?.split('z').length ?? 0);
    const [few, wave] = [await boxesOf('.lane.cues'), await boxesOf('.lane.sound')];
    expect(few).toBeGreaterThan(8);
    expect(wave).toBe(2);
    expect(await page.locator('.axis .track span').allInnerTexts()).toContain('00:30');
    await page.locator('#detail').press('0');
    await expect.poll(() => boxesOf('.lane.cues')).toBeGreaterThan(2 * few);
    expect(await page.locator('.axis .track span').allInnerTexts()).toContain('1:00:00');
  });

  test('a song says why it is one, to the pointer and to the keyboard', async () => {
    const page = await open(FILM, STILL);
    const song = page.getByRole('button', { name: /^Song, 29:46 to 33:01/ });
    await song.focus();
    expect(await page.getByRole('tooltip').innerText()).toContain('62 % of the sound are held tones');
    const [start, end] = await shown(page);
    expect(start <= 1786 && end >= 1981).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('tooltip').count()).toBe(0);
    await page.mouse.move(0, 0);
    await song.hover();
    expect(await page.getByRole('tooltip').innerText()).toContain('score 77 %');
  });
});
