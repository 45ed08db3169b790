import { describe, expect, test } from 'vitest';
import { boxes, decodePeaks, loudestOf, outline } from './client/shapes.ts';
import { ticksOf } from './client/ticks.ts';
import { firstAfter, firstView, moved, revealing, united, viewAt, zoomed } from './client/view.ts';
import type { Span } from './data.ts';

describe('the shown part', () => {
  test.each<[what: string, got: unknown, wanted: unknown]>([
    ['stays inside at the beginning', viewAt(-5, 10, 100), { start: 0, end: 10 }],
    ['stays inside at the end', moved({ start: 80, end: 90 }, 50, 100), { start: 90, end: 100 }],
    ['is no longer than the film', zoomed({ start: 10, end: 90 }, 9, 100), { start: 0, end: 100 }],
    ['is no shorter than two seconds', zoomed({ start: 10, end: 13 }, 0.01, 100), { start: 10.5, end: 12.5 }],
    ['is all of a film of one second', zoomed({ start: 0, end: 1 }, 0.5, 1), { start: 0, end: 1 }],
    [
      'keeps what is under the pointer there',
      zoomed({ start: 20, end: 60 }, 0.5, 100, 30),
      { start: 25, end: 45 },
    ],
    ['does not move for what is shown', revealing({ start: 0, end: 10 }, [2, 3], 100), { start: 0, end: 10 }],
    ['goes around what is not', revealing({ start: 0, end: 10 }, [50, 52], 100), { start: 46, end: 56 }],
    ['grows for what is longer', revealing({ start: 0, end: 10 }, [40, 60], 100), { start: 38, end: 62 }],
    ['is at first shorter on a narrow screen', firstView(900, [], 480), { start: 0, end: 30 }],
    ['is at first all of a short film', firstView(90, [], 1200), { start: 0, end: 90 }],
    [
      'is at first where a long one begins to speak',
      firstView(900, [{ span: [103, 104] }], 1200),
      { start: 100, end: 160 },
    ],
  ])('%s', (_, got, wanted) => {
    expect(got).toEqual(wanted);
  });
});

const SPANS: readonly Span[] = [
  [1, 2],
  [4, 5],
  [5, 7],
];

test.each([
  [0, 0],
  [1.9, 0],
  [2, 1],
  [4.5, 1],
  [5, 2],
  [7, 3],
])('the first span that ends after %d is number %d', (time, index) => {
  expect(firstAfter(SPANS, time)).toBe(index);
});

test('spans that overlap become one, those that touch stay two', () => {
  expect(
    united([
      [4, 6],
      [1, 3],
      [2, 2.5],
      [6, 7],
    ]),
  ).toEqual([
    [1, 3],
    [4, 6],
    [6, 7],
  ]);
});

describe('marks of the axis', () => {
  test.each<[start: number, end: number, width: number, step: number, times: readonly number[]]>([
    [0, 60, 1000, 10, [0, 10, 20, 30, 40, 50, 60]],
    [61, 85, 500, 5, [65, 70, 75, 80, 85]],
    [0, 10_800, 300, 3600, [0, 3600, 7200, 10_800]],
    [0, 90_000, 200, 39_600, [0, 39_600, 79_200]],
  ])('%d to %d on %d pixels', (start, end, width, step, times) => {
    expect(ticksOf({ start, end }, width)).toEqual({ step, times });
  });
});

describe('boxes', () => {
  const size = { width: 100, height: 8 };

  test('only those in the view, at their places', () => {
    expect(boxes(SPANS, { start: 0, end: 4 }, size)).toBe('M25 0h25v8h-25z');
    expect(boxes(SPANS, { start: 3, end: 13 }, size)).toBe('M10 0h10v8h-10zM20 0h20v8h-20z');
  });

  test('what goes beyond the view is cut near its edge', () => {
    expect(boxes([[0, 1e6]], { start: 500, end: 501 }, size)).toBe('M-4 0h108v8h-108z');
  });

  test('a moment is a pixel wide', () => {
    expect(boxes([[50, 50.1]], { start: 0, end: 100 }, size)).toBe('M50 0h1v8h-1z');
  });

  test('a hundred thousand spans are no more boxes than pixels', () => {
    const many = Array.from({ length: 100_000 }, (_, index): Span => [index, index + 0.5]);
    const drawn = boxes(many, { start: 0, end: 100_000 }, size).split('z').length - 1;
    expect(drawn).toBeGreaterThan(0);
    expect(drawn).toBeLessThanOrEqual(100);
  });
});

describe('the wave', () => {
  const peaks = Int8Array.from([0, 0, -100, 50, 0, 0, 0, 0]);
  const size = { width: 4, height: 100 };

  test('reaches as far down and up as the samples', () => {
    expect(outline(peaks, 1, { start: 0, end: 4 }, size, 100)).toBe(
      'M0.5 49.5L1.5 25L2.5 49.5L3.5 49.5L3.5 50.5L2.5 50.5L1.5 100L0.5 50.5z',
    );
  });

  test('keeps the loudest of what falls on one pixel', () => {
    expect(outline(peaks, 1, { start: 0, end: 4 }, { width: 1, height: 100 }, 100)).toBe('M0.5 25L0.5 100z');
  });

  test('has a point for each pixel, however many bins', () => {
    const path = outline(
      new Int8Array(131_072),
      6,
      { start: 0, end: 10_800 },
      { width: 500, height: 100 },
      100,
    );
    expect(path.split('L').length / 2).toBeLessThanOrEqual(502);
  });

  test('is scaled by what is loud, not by one bang', () => {
    const bins = new Int8Array(2000).fill(40);
    bins[7] = -127;
    expect(loudestOf(bins)).toBe(40);
    expect(loudestOf(new Int8Array(10))).toBe(4);
  });

  test('comes back from Base64 with its signs', () => {
    expect([...decodePeaks(Buffer.from([0x81, 0x7f, 0xff]).toString('base64'))]).toEqual([-127, 127, -1]);
  });
});
