import type { Speaker, SummaryData } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { lasting, percent, speakerName } from '../words.ts';

/** How many speakers have a colour and a lane of their own. */
export const OWN_COLOURS = 8;

/** The number of a speaker's colour: its place by first word; `rest` for those after the last colour. */
export function colourOf(speakers: readonly Speaker[] | undefined, name: string | undefined): string {
  const place = speakers?.findIndex((speaker) => speaker.name === name) ?? -1;
  return place >= 0 && place < OWN_COLOURS ? `voice-${place}` : 'voice-rest';
}

/** Who speaks how much: one bar of all, and a list. */
export function speakerShares({ speakers }: SummaryData): Markup | undefined {
  if (!speakers || speakers.length === 0) return undefined;
  const items = speakers.map(
    ({ name, seconds, share }) =>
      html`<li class="${colourOf(speakers, name)}">
        <b dir="auto">${speakerName(name)}</b> ${percent(share)} <small>${lasting(seconds)}</small>
      </li>`,
  );
  return html`<section class="shares" aria-label="Who speaks how much">
    <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${parts(speakers)}</svg>
    <ul>
      ${items}
    </ul>
  </section>`;
}

function parts(speakers: readonly Speaker[]): readonly Markup[] {
  let from = 0;
  return speakers.map(({ name, share }) => {
    const x = from;
    from += 1000 * share;
    const width = Math.max(0, 1000 * share - 3);
    return html`<rect
      class="${colourOf(speakers, name)}"
      x="${x.toFixed(1)}"
      width="${width.toFixed(1)}"
      height="10"
    />`;
  });
}
