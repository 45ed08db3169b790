import type { Span } from '../data.ts';
import { firstAfter, type View } from './view.ts';

/** Pixels of a drawing. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Path of the spans inside the view, as boxes of full height. What is less than a pixel from its neighbour is one box
 * with it: however long the film, there are never more boxes than pixels. `gap` keeps neighbours apart.
 */
export function boxes(spans: readonly Span[], view: View, { width, height }: Size, gap = 0): string {
  const scale = width / (view.end - view.start);
  const found: [left: number, right: number][] = [];
  for (let index = firstAfter(spans, view.start); index < spans.length; index++) {
    const [start, end] = spans[index] ?? [0, 0];
    if (start >= view.end) break;
    const left = Math.max(-4, (start - view.start) * scale);
    const right = Math.min(width + 4, (end - view.start) * scale);
    const last = found.at(-1);
    if (last && left - last[1] < 1 && (right - left < 2 || last[1] - last[0] < 2)) last[1] = right;
    else found.push([left, right]);
  }
  const path = found.map(([left, right]) => {
    const size = Math.max(1, right - left - gap);
    return `M${round(left)} 0h${round(size)}v${height}h${round(-size)}z`;
  });
  return path.join('');
}

/**
 * Outline of the wave in the view, around the middle of the drawing.
 * @param peaks lowest and highest of each bin, -127 to 127
 * @param rate bins a second
 * @param loudest what fills the height, 1 to 127
 */
export function outline(
  peaks: Int8Array,
  rate: number,
  view: View,
  { width, height }: Size,
  loudest: number,
): string {
  const scale = width / (view.end - view.start);
  const bins = peaks.length / 2;
  // A step is a pixel, or a bin where that is wider.
  const step = Math.max(1, rate / scale);
  const first = Math.max(0, Math.floor((view.start * rate) / step));
  const last = Math.min(Math.ceil(bins / step), Math.ceil((view.end * rate) / step) + 1);
  const [above, below]: [string[], string[]] = [[], []];
  for (let index = first; index < last; index++) {
    let [low, high] = [0, 0];
    const to = Math.min(bins, Math.ceil((index + 1) * step));
    for (let bin = Math.floor(index * step); bin < to; bin++) {
      low = Math.min(low, peaks[2 * bin] ?? 0);
      high = Math.max(high, peaks[2 * bin + 1] ?? 0);
    }
    const x = round((((index + 0.5) * step) / rate - view.start) * scale);
    const y = (peak: number): string => round((height / 2) * (1 - Math.max(-1, Math.min(1, peak / loudest))));
    above.push(`${x} ${y(Math.max(high, loudest / height))}`);
    below.push(`${x} ${y(Math.min(low, -loudest / height))}`);
  }
  return above.length === 0 ? '' : `M${above.join('L')}L${below.reverse().join('L')}z`;
}

/** Samples from -127 to 127 that Base64 text holds. */
export const decodePeaks = (base64: string): Int8Array =>
  Int8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** What a drawing is scaled to: the loudest but for the hundredth of the bins that is louder. */
export function loudestOf(peaks: Int8Array): number {
  const sizes = Array.from(peaks, Math.abs).sort((one, other) => one - other);
  return Math.max(4, sizes[Math.floor(0.995 * (sizes.length - 1))] ?? 127);
}

const round = (pixels: number): string => String(Math.round(10 * pixels) / 10);
