import type { SummaryData } from '../data.ts';
import { clock } from '../words.ts';
import { need } from './dom.ts';
import { drawWave } from './lanes.ts';
import { boxes } from './shapes.ts';
import { united, viewAt, type View } from './view.ts';

/** The strip of the whole film; its window is dragged, widened at its edges, or put where the strip is clicked. */
export function createOverview(
  root: HTMLElement,
  data: SummaryData,
  { show }: { show: (view: View) => void },
): { readonly draw: (view: View) => void } {
  const { duration } = data;
  const strip = need(root, '#overview', HTMLElement);
  const frame = need(strip, '.window', HTMLElement);
  const drawStrip = stripOf(strip, data);
  let shown: View = { start: 0, end: duration };
  let drawn = 0;

  let drag: { readonly edge: string | undefined; readonly from: View; readonly at: number } | undefined;
  const timeOf = ({ clientX }: PointerEvent): number => {
    const { left, width } = strip.getBoundingClientRect();
    return ((clientX - left) / width) * duration;
  };
  strip.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const at = timeOf(event);
    let from = shown;
    if (!(event.target instanceof Node && frame.contains(event.target))) {
      const length = shown.end - shown.start;
      from = viewAt(at - length / 2, length, duration);
      show(from);
    }
    const edge = event.target instanceof HTMLElement ? event.target.dataset['edge'] : undefined;
    drag = { edge, from, at };
    strip.setPointerCapture(event.pointerId);
  });
  strip.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const by = timeOf(event) - drag.at;
    const { start, end } = drag.from;
    if (drag.edge === 'start')
      show(viewAt(Math.min(start + by, end - 2), end - Math.max(0, start + by), duration));
    else if (drag.edge === 'end') show(viewAt(start, Math.min(duration, end + by) - start, duration));
    else show(viewAt(start + by, end - start, duration));
  });
  const drop = (): void => {
    drag = undefined;
  };
  strip.addEventListener('pointerup', drop);
  strip.addEventListener('pointercancel', drop);

  return {
    draw(view) {
      shown = view;
      if (drawn !== strip.clientWidth) drawStrip((drawn = strip.clientWidth));
      frame.style.left = `${(100 * view.start) / duration}%`;
      frame.style.width = `${(100 * (view.end - view.start)) / duration}%`;
      frame.ariaValueMax = String(Math.round(duration));
      frame.ariaValueNow = String(Math.round(view.start));
      frame.ariaValueText = `${clock(view.start)} to ${clock(view.end)}`;
    },
  };
}

/** Draws what doesn't change with the view, for a width. */
function stripOf(strip: HTMLElement, data: SummaryData): (width: number) => void {
  const svg = need(strip, 'svg', SVGElement);
  const wave = drawWave(need(svg, '.wave', SVGPathElement), data);
  const songs = united((data.songs ?? []).map(({ span }) => span));
  const cues = united((data.cues ?? []).map(({ span }) => span));
  return (width) => {
    const [all, height] = [{ start: 0, end: data.duration }, strip.clientHeight];
    svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    wave(all, { width, height: height - 10 });
    need(svg, '.songs', SVGPathElement).setAttribute('d', boxes(songs, all, { width, height }));
    need(svg, '.cues', SVGPathElement).setAttribute('d', boxes(cues, all, { width, height: 4 }));
  };
}
