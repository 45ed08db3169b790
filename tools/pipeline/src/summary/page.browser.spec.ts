/// <reference lib="dom" />
import { describe, expect, test } from 'vitest';
import { summaryPage } from './page.ts';
import { useBrowser } from './testing/browser.ts';
import { emptyRun, sampleRun } from './testing/sample.ts';
import { shown } from './testing/shown.ts';

const open = useBrowser(summaryPage);
const FILM = sampleRun({ seconds: 5760, cues: 812 });
const STILL = { reducedMotion: 'reduce' } as const;

describe('whatever stands in a film', () => {
  test('it is text: no script of it runs, no attribute of it counts', async () => {
    const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)>" onload="alert(3)' x='`;
    const page = await open({
      ...emptyRun(),
      run: {
        film: evil,
        started: evil,
        seconds: 1,
        stages: [{ stage: evil, state: 'failed', seconds: 1, message: evil }],
      },
      title: evil,
      duration: 60,
      speakers: [{ name: evil, seconds: 1, share: 1, spans: [[1, 2]] }],
      songs: [{ span: [1, 50], score: 1, reasons: [evil] }],
      cues: [{ span: [1, 30], lines: [evil], speaker: evil, song: true, changes: [0] }],
      changes: [{ by: evil, before: evil, after: evil, reason: evil, span: [1, 2] }],
      notes: [evil],
    });
    await page.locator('#cue-0').click();
    await page.locator('.songs button').focus();
    for (const place of [
      'h1',
      '.words',
      '.line',
      '#chosen ins',
      '#tip li',
      '.notes li',
      '.labels span',
      '.said pre',
    ])
      expect(await page.locator(place).innerText(), place).toContain(evil);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('[onload], [onerror]').count()).toBe(0);
  });

  test('the policy stops a script that came in all the same', async () => {
    const page = await open(emptyRun(), {}, /violates the following Content Security Policy/);
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "ran"';
      document.body.append(script);
      return document.title;
    });
    expect(ran).not.toBe('ran');
  });

  test('three hours with three thousand subtitles are there at once, and move', async () => {
    const page = await open(sampleRun({ seconds: 10_800, cues: 3000 }), STILL);
    expect(await page.locator('#cues li').count()).toBe(3000);
    await page.locator('#detail').press('0');
    await expect.poll(() => shown(page)).toEqual([0, 10_800]);
    const parts = await page
      .locator('.detail path')
      .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')?.split('M').length ?? 0));
    expect(Math.max(...parts)).toBeLessThan(1280);
    expect(await page.locator('.detail *').count()).toBeLessThan(300);
    await page.locator('#detail').press('End');
    await page.locator('#detail').press('+');
    await expect.poll(async () => (await shown(page))[1] - (await shown(page))[0]).toBe(5400);
  });

  test('a run that left nothing is a page that says so', async () => {
    const page = await open(emptyRun());
    expect(await page.getByText('This run has no subtitles.').isVisible()).toBe(true);
    expect(await page.locator('#timeline').count()).toBe(0);
  });

  test('a film without sound, speech or songs has the lanes of the rest', async () => {
    const page = await open({ ...FILM, wave: undefined, speech: [], songs: undefined, speakers: undefined });
    expect(await page.locator('.lane[data-kind]').count()).toBe(1);
    expect(await page.locator('.labels span').first().isVisible()).toBe(true);
  });
});
