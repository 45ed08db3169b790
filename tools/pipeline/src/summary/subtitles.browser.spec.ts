import { describe, expect, test } from 'vitest';
import { summaryPage } from './page.ts';
import { useBrowser } from './testing/browser.ts';
import { sampleRun } from './testing/sample.ts';
import { shown } from './testing/shown.ts';

const open = useBrowser(summaryPage);
const FILM = sampleRun({ seconds: 5760, cues: 812 });
const STILL = { reducedMotion: 'reduce' } as const;

describe('a subtitle', () => {
  const changed = FILM.cues?.findIndex(({ changes }, index) => changes.length > 0 && index > 400) ?? -1;
  const change = FILM.changes[FILM.cues?.[changed]?.changes[0] ?? -1];

  test('shows its text, speaker, times and changes, and where it is', async () => {
    const page = await open(FILM, STILL);
    await page.locator(`#cue-${changed}`).click();
    const text = await page.getByRole('complementary', { name: 'Selected subtitle' }).innerText();
    const speaker = Number(FILM.cues?.[changed]?.speaker?.slice(-2)) + 1;
    for (const part of [
      ...(FILM.cues?.[changed]?.lines ?? []),
      `Speaker ${speaker}`,
      `Changed by post-ner`,
      `${change?.before ?? ''} → ${change?.after ?? ''}`,
      `likeness ${change?.score ?? 0} of 100`,
      change?.reason ?? '',
    ])
      expect(text).toContain(part);
    const [start = 0, end = 0] = change?.span ?? [];
    await expect.poll(async () => (await shown(page))[0]).toBeLessThanOrEqual(start);
    expect((await shown(page))[1]).toBeGreaterThanOrEqual(Math.floor(end));
    expect(await page.locator('.band').isVisible()).toBe(true);
  });

  test('is selected in the timeline by a click and by Page down, and seen in the list', async () => {
    const page = await open(FILM, STILL);
    await page.locator('.labels span').nth(2).click();
    const first = await page.locator('[aria-selected=true]').innerText();
    await page.locator('#detail').press('PageDown');
    await expect(page.locator('[aria-selected=true]').count()).resolves.toBe(1);
    expect(await page.locator('[aria-selected=true]').innerText()).not.toBe(first);
    await page.locator('#detail').press('PageUp');
    expect(await page.locator('[aria-selected=true]').innerText()).toBe(first);
  });

  test('is gone through by the arrows; the list says which one is active', async () => {
    const page = await open(FILM, STILL);
    const list = page.getByRole('listbox', { name: 'Subtitles' });
    await list.press('ArrowDown');
    await list.press('ArrowDown');
    expect(await list.getAttribute('aria-activedescendant')).toBe('cue-1');
    await list.press('End');
    expect(await list.getAttribute('aria-activedescendant')).toBe('cue-811');
    expect(await page.locator('#cue-811').isVisible()).toBe(true);
    await expect.poll(async () => (await shown(page))[1]).toBeGreaterThan(5600);
  });

  test('is found by its words, without accents and capitals, and by its speaker', async () => {
    const special = FILM.cues?.map((cue, index) =>
      index === 500 ? { ...cue, lines: ['Ça va, Zoë?'] } : cue,
    );
    const page = await open({ ...FILM, cues: special }, STILL);
    const search = page.getByRole('searchbox', { name: 'Search the subtitles' });
    await search.fill('ca VA, zoe');
    expect(await page.locator('#cues li:visible').count()).toBe(1);
    expect(await page.locator('#found').innerText()).toBe('1 of 812');
    await search.press('Enter');
    const [start = 0] = special?.[500]?.span ?? [];
    await expect.poll(async () => (await shown(page))[0]).toBeGreaterThan(start - 60);
    expect(await page.locator('#cue-500').getAttribute('aria-selected')).toBe('true');
    await search.fill('speaker 4');
    expect(await page.locator('#cues li:visible').count()).toBe(
      special?.filter(({ speaker }) => speaker === 'SPEAKER_03').length,
    );
    await search.fill('no such words');
    expect(await page.locator('#cues li:visible').count()).toBe(0);
    expect(await page.locator('#found').innerText()).toBe('0 of 812');
  });

  test('is reached from the table of changes, also while the search hides it', async () => {
    const page = await open(FILM, STILL);
    await page.getByRole('searchbox').fill('no such words');
    await page.locator(`.changes button[data-cue="${changed}"]`).click();
    expect(await page.locator(`#cue-${changed}`).isVisible()).toBe(true);
    expect(await page.locator('#chosen').innerText()).toContain('Changed by post-ner');
  });
});
