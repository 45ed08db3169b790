import type { Span, SummaryData } from '../data.ts';
import { clock } from '../words.ts';
import { filmText, make, need, put } from './dom.ts';
import type { Place } from './gestures.ts';
import { boxes, decodePeaks, loudestOf, outline, type Size } from './shapes.ts';
import { createSongs } from './songs.ts';
import { ticksOf } from './ticks.ts';
import { firstAfter, united, type View } from './view.ts';

type Draw = (view: View, size: Size) => void;

/** The lanes of the shown part. Each draw writes a few paths: as many boxes as there are pixels, at most. */
export function createLanes(
  detail: HTMLElement,
  data: SummaryData,
  { reveal }: { reveal: (span: Span) => void },
): {
  readonly draw: (view: View, chosen: Span | undefined) => void;
  readonly point: (view: View, at: number | undefined) => void;
  readonly place: () => Place;
} {
  const axis = need(detail, '.axis .track', HTMLElement);
  const over = need(detail, '.over', HTMLElement);
  const grid = need(over, '.grid path', SVGPathElement);
  const band = need(over, '.band', HTMLElement);
  const cursor = need(over, '.cursor', HTMLElement);
  const lanes = [...detail.querySelectorAll<HTMLElement>('[data-kind]')].map((lane) => ({
    track: need(lane, '.track', HTMLElement),
    path: need(lane, 'path', SVGPathElement),
    draw: drawerOf(lane, data, reveal),
  }));

  return {
    draw(view, chosen) {
      const width = axis.clientWidth;
      const across = (time: number): number => (time - view.start) / (view.end - view.start);
      const { step, times } = ticksOf(view, width);
      axis.replaceChildren(
        ...times.map((time) => put(make('span', '', clock(time, step < 1 ? 1 : 0)), across(time))),
      );
      grid.setAttribute(
        'd',
        times.map((time) => `M${Math.round(width * across(time)) + 0.5} 0V2000`).join(''),
      );
      scaled(grid, width, 2000);
      for (const { track, path, draw } of lanes) {
        const size = { width, height: track.clientHeight };
        scaled(path, width, size.height);
        draw(view, size);
      }
      band.hidden = !chosen || chosen[1] < view.start || chosen[0] > view.end;
      if (chosen) put(band, across(chosen[0]), across(chosen[1]) - across(chosen[0]));
    },
    point(view, share) {
      cursor.hidden = share === undefined;
      if (share === undefined) return;
      put(cursor, share).classList.toggle('late', share > 0.9);
      const time = view.start + share * (view.end - view.start);
      need(cursor, 'span', HTMLElement).textContent = clock(time, view.end - view.start < 600 ? 1 : 0);
    },
    place: () => axis.getBoundingClientRect(),
  };
}

/** How a lane is drawn: by what it is. */
function drawerOf(lane: HTMLElement, data: SummaryData, reveal: (span: Span) => void): Draw {
  const path = need(lane, 'path', SVGPathElement);
  const index = Number(lane.dataset['index']);
  const drawBoxes = (spans: readonly Span[], gap = 0): Draw => {
    const ordered = united(spans);
    return (view, size) => {
      path.setAttribute('d', boxes(ordered, view, size, gap));
    };
  };
  switch (lane.dataset['kind']) {
    case 'sound':
      return drawWave(path, data);
    case 'cues':
      return drawCues(lane, path, data);
    case 'voice': {
      const speakers = data.speakers ?? [];
      const own = lane.classList.contains('voice-rest')
        ? speakers.slice(index)
        : speakers.slice(index, index + 1);
      return drawBoxes(own.flatMap(({ spans }) => spans));
    }
    case 'speech':
      return drawBoxes(data.speech[index]?.spans ?? []);
    default: {
      const draw = drawBoxes((data.songs ?? []).map(({ span }) => span));
      const place = createSongs(need(lane, '.track', HTMLElement), data.songs ?? [], reveal);
      return (view, size) => {
        draw(view, size);
        place(view);
      };
    }
  }
}

/** The wave, scaled to the film's own loudness. */
export function drawWave(path: SVGPathElement, { wave }: SummaryData): Draw {
  const peaks = decodePeaks(wave?.peaks ?? '');
  const loudest = loudestOf(peaks);
  const rate = wave && wave.seconds > 0 ? wave.bins / wave.seconds : 1;
  return (view, size) => {
    path.setAttribute('d', outline(peaks, rate, view, size, loudest));
  };
}

const LABEL_PIXELS = 46;

/** Cues as boxes; text on those that are wide enough for some, and a mark under those that were changed. */
function drawCues(lane: HTMLElement, path: SVGPathElement, { cues = [], language }: SummaryData): Draw {
  const track = need(lane, '.track', HTMLElement);
  const changed = need(lane, '.changed', SVGPathElement);
  const labels = track.appendChild(make('div', 'labels'));
  labels.ariaHidden = 'true';
  const spans = cues.map(({ span }) => span);
  const marked = cues.filter((cue) => cue.changes.length > 0).map(({ span }) => span);
  return (view, size) => {
    path.setAttribute('d', boxes(spans, view, size, 1));
    changed.setAttribute('d', boxes(marked, view, { ...size, height: 3 }, 1));
    const scale = size.width / (view.end - view.start);
    const texts: HTMLElement[] = [];
    for (let index = firstAfter(spans, view.start); index < cues.length; index++) {
      const {
        span: [start, end],
        lines,
      } = cues[index] ?? { span: [Infinity, Infinity], lines: [] };
      if (start >= view.end) break;
      const left = Math.max(0, (start - view.start) * scale);
      const width = (end - view.start) * scale - left - 1;
      if (width < LABEL_PIXELS) continue;
      texts.push(put(filmText('span', '', lines.join(' '), language), left / size.width, width / size.width));
    }
    labels.replaceChildren(...texts);
  };
}

/** Sizes stay right when the page is wider or narrower than it was drawn for, as on paper. */
function scaled(path: SVGPathElement, width: number, height: number): void {
  path.ownerSVGElement?.setAttribute('viewBox', `0 0 ${width} ${height}`);
  path.ownerSVGElement?.setAttribute('preserveAspectRatio', 'none');
}
