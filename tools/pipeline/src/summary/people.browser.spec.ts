/// <reference lib="dom" />
import { describe, expect, test } from 'vitest';
import type { SummaryData } from './data.ts';
import { summaryPage } from './page.ts';
import { contrast, useBrowser } from './testing/browser.ts';
import { emptyRun, sampleRun } from './testing/sample.ts';

const open = useBrowser(summaryPage);
const FILM = sampleRun({ seconds: 5760, cues: 812 });
const STILL = { reducedMotion: 'reduce' } as const;

describe('for everybody', () => {
  test.each(['light', 'dark'] as const)(
    'text can be read in the %s scheme, by the system or by the button',
    async (colorScheme) => {
      const stages = FILM.run.stages.map((stage, index) =>
        index === 7 ? { ...stage, state: 'failed' as const } : stage,
      );
      const data: SummaryData = { ...FILM, notes: ['x'], run: { ...FILM.run, stages } };
      const other = colorScheme === 'light' ? 'dark' : 'light';
      const texts = [
        'h1',
        '.facts span',
        'dt',
        'dd',
        '.ended',
        '.stages th[scope=row]',
        '.stages .failed th',
        '.said pre',
        '.notes h2',
        '#range',
        '.lane > span',
        '.axis .track span',
        '.words',
        '#cues time',
        '.who',
        '.mark',
        '.note',
        '#cues [aria-selected=true] time',
        '#cues [aria-selected=true] .mark',
        '#cues [aria-selected=true] .note',
        '.line',
        'h4',
        '.why',
        'del',
        'ins',
        '.changes button',
        '.keys',
        '#scheme',
        '.shares small',
      ];
      for (const scheme of [colorScheme, other] as const) {
        const page = await open(data, { ...STILL, colorScheme: scheme });
        if (scheme === other) await page.getByRole('button', { name: 'Dark' }).click();
        await page.mouse.move(0, 0);
        await page.locator('#cues .note ~ .mark').first().click();
        const low: string[] = [];
        for (const text of texts) if ((await contrast(page, text)) < 4.5) low.push(text);
        expect(low).toEqual([]);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(paper).toBe(colorScheme === 'light' ? 'rgb(246, 246, 244)' : 'rgb(16, 19, 22)');
      }
    },
  );

  test('the Tab key goes through the page in its order, and shows where it is', async () => {
    const page = await open({ ...FILM, songs: FILM.songs?.slice(0, 1) });
    const order: string[] = [];
    for (let step = 0; step < 11; step++) {
      await page.keyboard.press('Tab');
      order.push(
        await page.evaluate(() => {
          const { activeElement: at } = document;
          if (at && getComputedStyle(at).outlineStyle === 'none') return 'no outline';
          return at?.id || at?.getAttribute('aria-label') || at?.className || at?.textContent || '';
        }),
      );
    }
    expect(order).toEqual([
      'skip',
      'scheme',
      'Zoom out',
      'Zoom in',
      'Whole film',
      'Shown part of the film',
      'detail',
      'Song, 05:46 to 09:01, score 71 %',
      'search',
      'cues',
      'scroll',
    ]);
  });

  test.each([360, 768, 1920])('nothing is wider than a window of %d pixels', async (width) => {
    const page = await open(FILM, { viewport: { width, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  test('text keeps its direction and language', async () => {
    const lines = ['«أين الرسالة (رقم 12)؟»'];
    const cues = [{ span: [1, 9] as const, lines, speaker: 'ليلى', song: false, changes: [] }];
    const page = await open({ ...emptyRun(), duration: 20, language: 'ar', cues }, STILL);
    await page.locator('#cue-0').click();
    for (const place of ['.words', '.labels span', '.line', 'dd:last-of-type']) {
      const text = page.locator(place).last();
      expect(await text.evaluate((element) => getComputedStyle(element).direction), place).toBe('rtl');
    }
    expect(await page.locator('.line').getAttribute('lang')).toBe('ar');
  });

  test('on paper all subtitles are there, in dark ink', async () => {
    const page = await open(FILM, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await contrast(page, '.words')).toBeGreaterThan(12);
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(26, 29, 33)');
    const list = page.locator('#cues');
    expect(await list.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
  });

  test('who wants no motion sees none: the part is there in the next frame', async () => {
    const page = await open(FILM, STILL);
    const texts = await page.evaluate(async () => {
      const seen: string[] = [];
      document.querySelector<HTMLElement>('[data-do=all]')?.click();
      for (let frame = 0; frame < 20; frame++) {
        await new Promise(requestAnimationFrame);
        seen.push(document.querySelector('#range')?.textContent ?? '');
      }
      return new Set(seen).size;
    });
    expect(texts).toBeLessThanOrEqual(2);
  });
});
