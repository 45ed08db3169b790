import { changeTable } from './parts/changes.ts';
import type { SummaryData } from './data.ts';
import { head } from './parts/head.ts';
import { html, type Markup } from './markup.ts';
import { subtitles } from './parts/subtitles.ts';
import { timeline } from './parts/timeline.ts';
import { SHARED_STYLES, standalonePage } from './standalone.ts';

const STYLES = ['stages', 'timeline', 'lanes', 'lists', 'media'];

/** The summary of a run as one HTML file: it needs nothing beside it and no network. */
export const summaryPage = (data: SummaryData): string =>
  standalonePage({
    title: `${data.title} – pipeline summary`,
    icon: ICON,
    styles: [...SHARED_STYLES, ...STYLES.map((name) => new URL(`style/${name}.css`, import.meta.url))],
    client: new URL('client/main.ts', import.meta.url),
    data,
    body: html`<a class="skip" href="#subtitles">Skip to the subtitles</a>
      ${head(data)}
      <main>${notes(data)} ${timeline(data)} ${subtitles(data)} ${changeTable(data)}</main>`,
  });

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 7h2v2H1zm4-4h2v10H5zm4 2h2v6H9zm4 2h2v2h-2z" fill="#0072b2"/></svg>';

function notes({ notes }: SummaryData): Markup | undefined {
  if (notes.length === 0) return undefined;
  const items = notes.map((note) => html`<li>${note}</li>`);
  return html`<section class="notes" aria-labelledby="notes-title">
    <h2 id="notes-title">Not shown</h2>
    <ul>
      ${items}
    </ul>
  </section>`;
}
