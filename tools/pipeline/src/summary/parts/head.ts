import type { SummaryData } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { clock, count, languageName, lasting, percent } from '../words.ts';
import { speakerShares } from './speakers.ts';
import { stageTable } from './stages.ts';

/** What the film is, how the run ended, the figures, who speaks, and what the stages took. */
export function head(data: SummaryData): Markup {
  const { title, year, run } = data;
  return html`<header class="head">
    <div class="about">
      <div class="bar">
        <p class="ended ${ended(data).state}">${ended(data).words}</p>
        <button type="button" id="scheme" aria-pressed="false" hidden>Dark</button>
      </div>
      <h1 dir="auto">${title}${year !== undefined && html` <span class="year">${year}</span>`}</h1>
      <p class="facts">
        ${title !== run.film && html`<span dir="auto" class="file">${run.film}</span>`} ${languages(data)}
        <span>${when(run.started)}</span>
      </p>
      <dl class="figures">
        ${figures(data).map(
          ([name, value, more]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${value}${more !== '' && html` <small>${more}</small>`}</dd>
            </div>`,
        )}
      </dl>
      ${speakerShares(data)}
    </div>
    ${stageTable(run)}
  </header>`;
}

function ended({ run }: SummaryData): { state: string; words: string } {
  const failed = run.stages.find(({ state }) => state === 'failed');
  const waiting = run.stages.filter(({ state }) => state === 'waiting').length;
  if (failed) return { state: 'failed', words: `${failed.stage} failed after ${lasting(run.seconds)}` };
  if (waiting > 0) return { state: 'waiting', words: `Stopped, ${count(waiting, 'stage')} to go` };
  return { state: 'done', words: `Finished in ${lasting(run.seconds)}` };
}

function languages({ spoken, language }: SummaryData): Markup | undefined {
  const [from, to] = [spoken, language].map((code) => code && languageName(code));
  const words = from && to && from !== to ? `${from} → ${to}` : (to ?? from);
  return words === undefined ? undefined : html`<span>${words}</span>`;
}

function when(started: string): string {
  const date = new Date(started);
  if (Number.isNaN(date.getTime())) return started;
  return `${date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
}

/** Name, value, and what it is of. Only what the run found out. */
function figures(data: SummaryData): [name: string, value: string, more: string][] {
  const { duration, speech, speakers, songs, cues, changes } = data;
  const sum = (spans: readonly (readonly [number, number])[]): number =>
    spans.reduce((all, [start, end]) => all + end - start, 0);
  const found: [string, string, string][] = [];
  const heard = speech.at(-1);
  if (duration > 0) found.push(['Length', clock(duration), '']);
  if (heard !== undefined && duration > 0)
    found.push(['Speech', percent(sum(heard.spans) / duration), lasting(sum(heard.spans))]);
  if (speakers) found.push(['Speakers', String(speakers.length), '']);
  if (songs)
    found.push([
      'Songs',
      String(songs.length),
      songs.length === 0 ? '' : lasting(sum(songs.map(({ span }) => span))),
    ]);
  if (cues) found.push(['Subtitles', cues.length.toLocaleString('en'), '']);
  if (cues || changes.length > 0) found.push(['Changes', changes.length.toLocaleString('en'), '']);
  return found;
}
