import type { Song, Span } from '../data.ts';
import { clock, percent } from '../words.ts';
import { make, put } from './dom.ts';
import { onTip } from './tip.ts';
import type { View } from './view.ts';

/** A button on each song: it says why it is one, where it is pointed at or has the focus. */
export function createSongs(
  track: HTMLElement,
  songs: readonly Song[],
  reveal: (span: Span) => void,
): (view: View) => void {
  const buttons = songs.map(({ span, score, reasons }) => {
    const [start, end] = span;
    const button = make('button', '', '♪');
    button.type = 'button';
    button.ariaLabel = `Song, ${clock(start)} to ${clock(end)}, score ${percent(score)}`;
    onTip(button, () => [
      make('b', '', `Song ${clock(start)} – ${clock(end)}, score ${percent(score)}`),
      make('ul', '', ...reasons.map((reason) => make('li', '', reason))),
    ]);
    const go = (): void => {
      reveal(span);
    };
    button.addEventListener('click', go);
    button.addEventListener('focus', go);
    track.append(button);
    return button;
  });
  return (view) => {
    const across = (time: number): number =>
      Math.min(1.01, Math.max(-0.01, (time - view.start) / (view.end - view.start)));
    buttons.forEach((button, index) => {
      const [start, end] = songs[index]?.span ?? [0, 0];
      put(button, across(start), across(end) - across(start));
    });
  };
}
