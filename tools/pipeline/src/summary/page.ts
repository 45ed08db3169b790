import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { changeTable } from './parts/changes.ts';
import { clientScript } from './client-script.ts';
import type { SummaryData } from './data.ts';
import { head } from './parts/head.ts';
import { html, json, raw, type Markup } from './markup.ts';
import { subtitles } from './parts/subtitles.ts';
import { timeline } from './parts/timeline.ts';

const STYLES = ['tokens', 'base', 'head', 'stages', 'timeline', 'lanes', 'lists', 'media'];

/**
 * The summary of a run as one HTML file: it needs nothing beside it and no network. Its policy (CSP) lets only its own
 * script and style run, whatever stands in the texts of a film.
 */
export function summaryPage(data: SummaryData): string {
  const style = STYLES.map((name) =>
    readFileSync(new URL(`style/${name}.css`, import.meta.url), 'utf8'),
  ).join('\n');
  const script = clientScript();
  return page(data, style, script).text;
}

function page(data: SummaryData, style: string, script: string): Markup {
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${data.title} – pipeline summary</title>
        <link rel="icon" href="${ICON}" />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#subtitles">Skip to the subtitles</a>
        ${head(data)}
        <main>${notes(data)} ${timeline(data)} ${subtitles(data)} ${changeTable(data)}</main>
        <div id="tip" role="tooltip" hidden></div>
        ${json('data', data)} ${raw(`<script>${script}</script>`)}
      </body>
    </html> `;
}

/** Names text for a policy: a script or style runs only as it was written. */
const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 7h2v2H1zm4-4h2v10H5zm4 2h2v6H9zm4 2h2v2h-2z" fill="#0072b2"/></svg>',
)}`;

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
