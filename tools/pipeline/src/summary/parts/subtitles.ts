import type { Cue, SummaryData } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { clock, count, speakerName } from '../words.ts';
import { colourOf } from './speakers.ts';

/** All subtitles, to search and to select, and beside them a place for the selected one. */
export function subtitles(data: SummaryData): Markup {
  const { cues } = data;
  return html`<section class="subtitles" id="subtitles" aria-labelledby="subtitles-title" tabindex="-1">
    <div class="bar">
      <h2 id="subtitles-title">Subtitles</h2>
      ${cues && cues.length > 0 && searchBox(cues)}
    </div>
    ${
      cues === undefined
        ? html`<p class="empty">This run has no subtitles.</p>`
        : cues.length === 0
          ? html`<p class="empty">No subtitle was needed: nobody speaks in this film.</p>`
          : both(data, cues)
    }
  </section>`;
}

function searchBox(cues: readonly Cue[]): Markup {
  return html`<search>
    <input
      type="search"
      id="search"
      placeholder="Search text or speaker"
      aria-label="Search the subtitles"
      aria-controls="cues"
      autocomplete="off"
      spellcheck="false"
    />
    <output id="found" for="search">${count(cues.length, 'subtitle')}</output>
  </search>`;
}

function both(data: SummaryData, cues: readonly Cue[]): Markup {
  return html`<div class="both">
    <ul id="cues" role="listbox" tabindex="0" aria-labelledby="subtitles-title">
      ${cues.map((cue, index) => row(data, cue, index))}
    </ul>
    <aside id="chosen" aria-live="polite" aria-label="Selected subtitle">
      <p class="empty">
        Select a subtitle, here or in the timeline, to see who says it and what was changed.
      </p>
    </aside>
  </div>`;
}

function row({ speakers, language }: SummaryData, cue: Cue, index: number): Markup {
  const { span, lines, speaker, song, changes } = cue;
  const words = lines.map((line, number) => (number === 0 ? html`${line}` : html`<br />${line}`));
  return html`<li role="option" id="cue-${index}" data-cue="${index}" aria-selected="false">
    <time>${clock(span[0])}</time>
    <p class="words" dir="auto" lang="${language ?? ''}">${words}</p>
    <p class="who">
      ${speaker !== undefined && html`<span class="${colourOf(speakers, speaker)}" dir="auto">${speakerName(speaker)}</span>`}${song && html`<span class="note">♪ song</span>`}${changes.length > 0 && html`<span class="mark">${count(changes.length, 'change')}</span>`}
    </p>
  </li> `;
}
