import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';

/**
 * Opens a page. The test fails where the page says an error that isn't `expected`, breaks its policy, or asks for
 * anything but itself.
 */
export type Open<Data> = (data: Data, options?: BrowserContextOptions, expected?: RegExp) => Promise<Page>;

/**
 * A browser for the tests of one file; CHROMIUM names its program (tools/checks/chromium.sh finds or gets one).
 * @param write the page of some data, as HTML
 */
export function useBrowser<Data>(write: (data: Data) => string): Open<Data> {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  const file = join(folder, 'page.html');
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  return async (data, options = {}, expected = /^$/) => {
    writeFileSync(file, write(data));
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    const [asked, said]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => {
      said.push(dialog.message());
      void dialog.dismiss();
    });
    const { href } = pathToFileURL(file);
    onTestFinished(async () => {
      await context.close();
      expect(said.filter((message) => !expected.test(message))).toEqual([]);
      expect(asked.filter((url) => url !== href && !url.startsWith('data:'))).toEqual([]);
    });
    await page.goto(href);
    return page;
  };
}

/** Contrast of an element's text with what is behind it, 1 to 21 (WCAG 2.2, 1.4.3). */
export async function contrast(page: Page, selector: string): Promise<number> {
  const colours = await page
    .locator(selector)
    .first()
    .evaluate((element) => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
      const around: Element[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) around.unshift(at);
      const pixel = (colours: readonly string[]): readonly number[] => {
        canvas?.clearRect(0, 0, 1, 1);
        for (const colour of colours) {
          if (canvas) canvas.fillStyle = colour;
          canvas?.fillRect(0, 0, 1, 1);
        }
        return [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
      };
      const behind = around.map((one) => getComputedStyle(one).backgroundColor);
      return [pixel(behind), pixel([...behind, getComputedStyle(element).color])];
    });
  const [behind = 0, text = 0] = colours.map(luminance);
  return (Math.max(behind, text) + 0.05) / (Math.min(behind, text) + 0.05);
}

function luminance(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
