import type { Page } from 'playwright-core';

/** The shown part of the film, in whole seconds, as the page says it. */
export async function shown(page: Page): Promise<readonly [start: number, end: number]> {
  const text = await page.locator('#range').innerText();
  const [start = 0, end = 0] = text
    .split(/ – | of /)
    .map((time) => time.split(':').reduce((sum, part) => 60 * sum + Number(part), 0));
  return [start, end];
}
