/** Where the time runs on the screen, in pixels of the window. */
export interface Place {
  readonly left: number;
  readonly width: number;
}

/** What hands do on the lanes. Shares are of what is shown, from its beginning. */
interface Gestures {
  readonly pan: (share: number) => void;
  /** Returns false where nothing is left to zoom: the page may scroll then. */
  readonly zoom: (times: number, at: number) => boolean;
  /** The pointer is there, or has gone. */
  readonly point: (at: number | undefined) => void;
  readonly press: (at: number) => void;
}

const DRAG_PIXELS = 4;

/** Wheel zooms, wheel aside or with Shift moves, drag moves, a click presses. */
export function onGestures(area: HTMLElement, place: () => Place, gestures: Gestures): void {
  const shareOf = ({ clientX }: MouseEvent): number => (clientX - place().left) / place().width;
  area.addEventListener(
    'wheel',
    (event) => {
      const across = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
      if (Math.abs(across) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        gestures.pan((across * unit(event)) / place().width);
        event.preventDefault();
      } else if (gestures.zoom(2 ** ((event.deltaY * unit(event)) / 300), shareOf(event)))
        event.preventDefault();
    },
    { passive: false },
  );

  let drag: { readonly from: number; last: number; moved: boolean } | undefined;
  area.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || event.clientX < place().left) return;
    drag = { from: event.clientX, last: event.clientX, moved: false };
  });
  area.addEventListener('pointermove', (event) => {
    const at = shareOf(event);
    gestures.point(at >= 0 && at <= 1 ? at : undefined);
    if (!drag) return;
    if (!drag.moved && Math.abs(event.clientX - drag.from) < DRAG_PIXELS) return;
    if (!drag.moved) area.setPointerCapture(event.pointerId);
    drag.moved = true;
    gestures.pan((drag.last - event.clientX) / place().width);
    drag.last = event.clientX;
  });
  area.addEventListener('pointerup', (event) => {
    if (drag && !drag.moved) gestures.press(shareOf(event));
    drag = undefined;
  });
  area.addEventListener('pointercancel', () => {
    drag = undefined;
  });
  area.addEventListener('pointerleave', () => {
    gestures.point(undefined);
  });
}

/** Pixels that one step of the wheel stands for. */
const unit = ({ deltaMode }: WheelEvent): number =>
  deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
