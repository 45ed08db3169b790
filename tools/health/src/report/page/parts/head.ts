import { html, type Markup } from '@cp-whisperx-app/pipeline/page';
import { size } from '../../../audit/text.ts';
import type { ReportData } from '../../data.ts';
import { commonPrefix, minute, spared } from '../../words.ts';

/** What the family is, its figures, what sharing spares, and what is not known. */
export function head(data: ReportData): Markup {
  const { images, made, torch, unique, naive } = data;
  const gpu = images.filter(({ device }) => device === 'GPU').length;
  const prefix = commonPrefix(images.map(({ image }) => image));
  const figures = [
    ['Images', `${images.length}`, gpu === 0 ? '' : `${gpu} for a GPU`],
    ['Each layer once', size(unique), `${data.layers.length} layers`],
    ['Spared by sharing', spared(unique, naive), size(naive - unique)],
    ...(torch ? [['Copies of torch', `${torch.copies}`, `for ${torch.images} images`]] : []),
  ];
  return html`<header class="head">
    <div class="about">
      <div class="bar">
        <p class="facts">
          ${prefix !== '' && html`<span class="file">${prefix}…</span>`} <span>${minute(made)} UTC</span>
        </p>
        <button type="button" id="scheme" aria-pressed="false" hidden>Dark</button>
      </div>
      <h1>Image family</h1>
      <dl class="figures">
        ${figures.map(
          ([name = '', value = '', more = '']) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}${more !== '' && html` <small>${more}</small>`}</dd>
            </div>`,
        )}
      </dl>
      ${against(unique, naive)}
    </div>
    ${notes(data)}
  </header>`;
}

/** Unique against naive bytes, on one scale. */
function against(unique: number, naive: number): Markup {
  const row = (name: string, bytes: number, className: string): Markup =>
    html`<div class="${className}">
      <dt>${name}</dt>
      <dd>
        <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect width="${naive === 0 ? 0 : ((100 * bytes) / naive).toFixed(2)}" height="10" />
        </svg>
        <span>${size(bytes)}</span>
      </dd>
    </div>`;
  return html`<dl class="against" aria-label="What sharing spares">
    ${row('Each layer once', unique, 'unique')} ${row('Were nothing shared', naive, 'naive')}
  </dl>`;
}

function notes({ notes }: ReportData): Markup | undefined {
  if (notes.length === 0) return undefined;
  return html`<section class="notes" aria-labelledby="notes-title">
    <h2 id="notes-title">Not known</h2>
    <ul>
      ${notes.map((note) => html`<li>${note}</li>`)}
    </ul>
  </section>`;
}
