import type { Span, SummaryData } from '../data.ts';
import { clock } from '../words.ts';
import { everyFrame, need } from './dom.ts';
import { onGestures } from './gestures.ts';
import { createLanes } from './lanes.ts';
import { createOverview } from './overview.ts';
import { between, firstAfter, firstView, moved, revealing, viewAt, zoomed, type View } from './view.ts';

/** What the rest of the page can do with the timeline. */
export interface Timeline {
  /** Marks a cue, and shows it. */
  readonly mark: (cue: number) => void;
}

const GLIDE_MS = 180;

/** Brings the timeline to life: one view, drawn by the overview and the lanes, changed by wheel, drag, keys, buttons. */
export function createTimeline(
  { duration, ...data }: SummaryData,
  { select }: { select: (cue: number) => void },
): Timeline {
  const root = need(document, '#timeline', HTMLElement);
  const detail = need(root, '#detail', HTMLElement);
  const range = need(root, '#range', HTMLOutputElement);
  const cues = (data.cues ?? []).map(({ span }) => span);
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  let chosen = -1;
  let glide = 0;

  const lanes = createLanes(detail, { duration, ...data }, { reveal });
  let view = firstView(duration, data.cues ?? [], lanes.place().width);
  const overview = createOverview(root, { duration, ...data }, { show });
  const draw = everyFrame(() => {
    range.value = `${clock(view.start)} – ${clock(view.end)} of ${clock(duration)}`;
    overview.draw(view);
    lanes.draw(view, cues[chosen]);
  });

  function show(next: View): void {
    cancelAnimationFrame(glide);
    view = next;
    draw();
  }
  /** Goes there in a few frames, so that eyes can follow; at once for those who want no motion. */
  function glideTo(next: View): void {
    cancelAnimationFrame(glide);
    const [from, began] = [view, performance.now()];
    const step = (now: number): void => {
      const share = still.matches ? 1 : Math.min(1, Math.max(0, now - began) / GLIDE_MS);
      view = share === 1 ? next : between(from, next, 1 - (1 - share) ** 3);
      draw();
      if (share < 1) glide = requestAnimationFrame(step);
    };
    step(began);
  }
  function reveal(span: Span): void {
    glideTo(revealing(view, span, duration));
  }
  /** The next or the former cue: from the chosen one, else from the middle of what is shown. */
  function stepCue(by: number): void {
    const next = chosen < 0 ? firstAfter(cues, view.start) : chosen + by;
    if (cues[next]) select(next);
  }

  const length = (): number => view.end - view.start;
  const act: Readonly<Record<string, () => void>> = {
    in: () => {
      glideTo(zoomed(view, 0.5, duration));
    },
    out: () => {
      glideTo(zoomed(view, 2, duration));
    },
    all: () => {
      glideTo({ start: 0, end: duration });
    },
    left: () => {
      glideTo(moved(view, -length() / 4, duration));
    },
    right: () => {
      glideTo(moved(view, length() / 4, duration));
    },
    first: () => {
      glideTo(viewAt(0, length(), duration));
    },
    last: () => {
      glideTo(viewAt(duration, length(), duration));
    },
    next: () => {
      stepCue(1);
    },
    former: () => {
      stepCue(-1);
    },
  };
  const keys: Readonly<Record<string, string>> = {
    ArrowLeft: 'left',
    ArrowRight: 'right',
    '+': 'in',
    '=': 'in',
    '-': 'out',
    _: 'out',
    Home: 'first',
    End: 'last',
    PageDown: 'next',
    PageUp: 'former',
    '0': 'all',
  };
  root.addEventListener('keydown', (event) => {
    const name = keys[event.key];
    if (name === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act[name]?.();
  });
  for (const button of root.querySelectorAll<HTMLElement>('[data-do]'))
    button.addEventListener('click', () => {
      act[button.dataset['do'] ?? '']?.();
    });

  onGestures(detail, lanes.place, {
    pan: (by) => {
      show(moved(view, by * length(), duration));
    },
    zoom: (times, at) => {
      const next = zoomed(view, times, duration, view.start + at * length());
      const changed = next.start !== view.start || next.end !== view.end;
      if (changed) show(next);
      return changed;
    },
    point: (at) => {
      lanes.point(view, at);
    },
    press: (at) => {
      const time = view.start + at * length();
      const cue = firstAfter(cues, time);
      if ((cues[cue]?.[0] ?? Infinity) <= time + length() / 400) select(cue);
    },
  });
  new ResizeObserver(draw).observe(detail);
  draw();
  return {
    mark(cue) {
      chosen = cue;
      reveal(cues[cue] ?? [0, 0]);
    },
  };
}
