import type { Span } from '../data.ts';

/** The shown part of the film, in seconds. */
export interface View {
  readonly start: number;
  readonly end: number;
}

/** No part is shown larger than this many seconds. */
const SHORTEST = 2;

/** A part of that length, inside the film, beginning at `start` where that can be. */
export function viewAt(start: number, length: number, duration: number): View {
  const size = Math.min(duration, Math.max(Math.min(SHORTEST, duration), length));
  const from = Math.min(Math.max(0, start), duration - size);
  return { start: from, end: from + size };
}

/** Subtitles can be read where a second has so many pixels. */
const READABLE_PIXELS = 16;

/**
 * What is shown at first: all of a short film, else 20 to 60 seconds, from the first subtitle on.
 * @param width in pixels
 */
export function firstView(duration: number, cues: readonly { readonly span: Span }[], width: number): View {
  const readable = Math.min(60, Math.max(20, width / READABLE_PIXELS));
  const length = duration <= 2 * readable ? duration : readable;
  return viewAt((cues[0]?.span[0] ?? 0) - length / 20, length, duration);
}

/** `times` as long, with the moment `at` staying where it is on the screen. */
export function zoomed({ start, end }: View, times: number, duration: number, at = (start + end) / 2): View {
  const length = Math.min(duration, Math.max(Math.min(SHORTEST, duration), (end - start) * times));
  const before = (at - start) / (end - start);
  return viewAt(at - before * length, length, duration);
}

/** Later by that many seconds. */
export const moved = ({ start, end }: View, by: number, duration: number): View =>
  viewAt(start + by, end - start, duration);

/** The same where all of the span is shown; else of the same length, or longer if need be, around the span. */
export function revealing(view: View, [start, end]: Span, duration: number): View {
  if (start >= view.start && end <= view.end) return view;
  const length = Math.max(view.end - view.start, 1.2 * (end - start));
  return viewAt((start + end - length) / 2, length, duration);
}

/** Between two parts: 0 the first, 1 the second. */
export const between = (from: View, to: View, share: number): View => ({
  start: from.start + (to.start - from.start) * share,
  end: from.end + (to.end - from.end) * share,
});

/** Index of the first span that ends after `time`; their count where none does. Spans are in order, without overlap. */
export function firstAfter(spans: readonly Span[], time: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** In order and without overlap, as `firstAfter` needs them. */
export function united(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const [start, end] of spans.toSorted(([one], [other]) => one - other)) {
    const last = result.at(-1);
    if (last !== undefined && start < last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}
