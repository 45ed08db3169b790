import type { View } from './view.ts';

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const APART_PIXELS = 84;

/** Marks of the time axis: round times inside the view, far enough from each other to be read. */
export interface Ticks {
  /** Seconds from one to the next. */
  readonly step: number;
  readonly times: readonly number[];
}

/** @param width of the axis, in pixels */
export function ticksOf({ start, end }: View, width: number): Ticks {
  const least = ((end - start) / Math.max(1, width)) * APART_PIXELS;
  const step = STEPS.find((one) => one >= least) ?? Math.ceil(least / 3600) * 3600;
  const first = Math.ceil(start / step - 1e-9);
  const last = Math.floor(end / step + 1e-9);
  return {
    step,
    times: Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step),
  };
}
