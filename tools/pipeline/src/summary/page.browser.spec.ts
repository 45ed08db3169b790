/// <reference lib="dom" />
import { describe, expect, test } from 'vitest';
import type { SummaryData } from './data.ts';
import { contrast, shown, useBrowser } from './testing/browser.ts';
import { emptyRun, sampleRun } from './testing/sample.ts';

const open = useBrowser();
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
      await page.locator(place).focus();
      await page.keyboard.press('0');
      await page.keyboard.press('Home');
      await page.reload();
      await page.locator(place).focus();
      for (const key of keys) await page.keyboard.press(key);
      await expect.poll(() => shown(page), place).toEqual(part);
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
        '#cues [aria-selected=true] time',
        '#cues [aria-selected=true] .mark',
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
        await page.locator('#cues .mark').first().click();
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
          return at?.id || at?.getAttribute('aria-label') || at?.textContent || at?.className || '';
        }),
      );
    }
    expect(order).toEqual([
      'Skip to the subtitles',
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
    const page = await open({ ...emptyRun(), duration: 20, language: 'ar', cues });
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
    const page = await open(emptyRun());
    const ran = await page.evaluate(() => {
      const refused: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
        refused.push(effectiveDirective),
      );
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
