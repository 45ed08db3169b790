import type { Change, SummaryData } from '../data.ts';
import { clock, percent, speakerName } from '../words.ts';
import { filmText, make, need } from './dom.ts';

/** Fills the place beside the list with one cue: its text, who says it, when, and what was changed. */
export function showCue(data: SummaryData, index: number, select: (cue: number) => void): void {
  const { cues = [] } = data;
  const cue = cues[index];
  if (!cue) return;
  const [start, end] = cue.span;
  const place = need(document, '#chosen', HTMLElement);
  const step = (by: number, name: string, sign: string): HTMLButtonElement => {
    const button = make('button', '', sign);
    button.type = 'button';
    button.ariaLabel = name;
    button.disabled = cues[index + by] === undefined;
    button.addEventListener('click', () => {
      select(index + by);
      place.querySelector<HTMLElement>(`button[aria-label="${name}"]`)?.focus();
    });
    return button;
  };
  const facts: [string, string][] = [
    ['Time', `${clock(start, 2)} – ${clock(end, 2)}`],
    ['Shown for', `${(end - start).toFixed(1)} s, ${readingSpeed(cue.lines, end - start)}`],
    ...(cue.speaker === undefined ? [] : [['Speaker', speakerName(cue.speaker)] satisfies [string, string]]),
    ...songFacts(data, start, end),
  ];
  place.replaceChildren(
    make(
      'header',
      'bar',
      make('h3', '', `Subtitle ${index + 1}`, make('small', '', ` of ${cues.length.toLocaleString('en')}`)),
      make('div', 'buttons', step(-1, 'Previous subtitle', '↑'), step(1, 'Next subtitle', '↓')),
    ),
    ...cue.lines.map((line) => filmText('p', 'line', line, data.language)),
    make('dl', '', ...facts.flatMap(([name, value]) => [make('dt', '', name), filmText('dd', '', value)])),
    ...cue.changes.flatMap((number) => {
      const change = data.changes[number];
      return change ? [changeOf(change, data)] : [];
    }),
  );
}

/** Characters a second: what subtitlers measure; 17 to 20 can be read well. */
function readingSpeed(lines: readonly string[], seconds: number): string {
  const characters = [...new Intl.Segmenter().segment(lines.join(' '))].length;
  return `${Math.round(characters / Math.max(0.01, seconds))} characters a second`;
}

function songFacts({ songs = [] }: SummaryData, start: number, end: number): [string, string][] {
  return songs
    .filter(({ span }) => span[0] < end && span[1] > start)
    .map(({ span, score }) => [
      'In a song',
      `${clock(span[0])} – ${clock(span[1])}, score ${percent(score)}`,
    ]);
}

function changeOf({ by, before, after, score, reason }: Change, { language }: SummaryData): HTMLElement {
  const likeness = score === undefined ? '' : `, likeness ${Math.round(score)} of 100`;
  return make(
    'section',
    'change',
    make('h4', '', `Changed by ${by}`),
    make(
      'p',
      '',
      filmText('del', '', before),
      make('span', 'arrow', ' → '),
      filmText('ins', '', after, language),
    ),
    filmText('p', 'why', `${reason}${likeness}`),
  );
}
