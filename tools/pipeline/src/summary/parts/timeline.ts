import type { SummaryData } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { count, speakerName } from '../words.ts';
import { colourOf, OWN_COLOURS } from './speakers.ts';

/** The frame of the timeline: its lanes by name; the client draws what is in them. Nothing where nothing has times. */
export function timeline(data: SummaryData): Markup | undefined {
  if (data.duration === 0) return undefined;
  return html`<section class="timeline" id="timeline" aria-labelledby="timeline-title">
    <div class="bar">
      <h2 id="timeline-title">Timeline</h2>
      <output id="range" aria-label="Shown"></output>
      <div class="buttons" role="group" aria-label="Zoom">
        <button type="button" data-do="out" aria-label="Zoom out">−</button>
        <button type="button" data-do="in" aria-label="Zoom in">+</button>
        <button type="button" data-do="all">Whole film</button>
      </div>
    </div>
    <div class="overview" id="overview">
      <svg aria-hidden="true" preserveAspectRatio="none">
        <path class="wave" />
        <path class="songs" />
        <path class="cues" />
      </svg>
      <div class="window" role="slider" tabindex="0" aria-label="Shown part of the film" aria-valuemin="0">
        <i data-edge="start"></i><i data-edge="end"></i>
      </div>
    </div>
    <div
      class="detail"
      id="detail"
      role="group"
      tabindex="0"
      aria-label="Timeline of the shown part"
      aria-describedby="keys"
    >
      <div class="lane axis">
        <span></span>
        <div class="track"></div>
      </div>
      ${lanes(data)}
      <div class="over" aria-hidden="true">
        <svg class="grid"><path /></svg>
        <div class="band" hidden></div>
        <div class="cursor" hidden><span></span></div>
      </div>
    </div>
    <p class="keys" id="keys">
      <kbd>←</kbd> <kbd>→</kbd> move, <kbd>+</kbd> <kbd>−</kbd> or the wheel zoom, drag moves, <kbd>Home</kbd>
      <kbd>End</kbd> go to the ends, <kbd>Page ↑</kbd> <kbd>Page ↓</kbd> go from subtitle to subtitle
    </p>
    <noscript><p class="keys">The timeline needs JavaScript. All the rest of this page doesn’t.</p></noscript>
  </section>`;
}

function lanes({
  wave,
  cues,
  speakers,
  speech,
  songs,
}: SummaryData): readonly (Markup | false | undefined)[] {
  return [
    wave && wave.bins > 0 && lane('sound', 'Sound'),
    cues &&
      lane(
        'cues',
        'Subtitles',
        cues.some(({ changes }) => changes.length > 0) ? html`<i></i>changed` : undefined,
      ),
    ...(speakers ?? [])
      .slice(0, OWN_COLOURS)
      .map(({ name }, index) =>
        lane(`voice ${colourOf(speakers, name)}`, speakerName(name), undefined, index),
      ),
    speakers &&
      speakers.length > OWN_COLOURS &&
      lane('voice voice-rest', count(speakers.length - OWN_COLOURS, 'other voice'), undefined, OWN_COLOURS),
    ...speech.map(({ by }, index) => lane('speech', 'Speech', by, index)),
    songs && lane('songs', 'Songs'),
  ];
}

/** One lane; `index` says which of its kind. */
function lane(kind: string, name: string, more?: Markup | string, index = 0): Markup {
  return html`<div class="lane ${kind}" data-kind="${kind.split(' ')[0]}" data-index="${index}">
    <span dir="auto">${name}${more !== undefined && html` <small>${more}</small>`}</span>
    <div class="track">
      <svg aria-hidden="true">
        <path />
        ${kind === 'cues' && html`<path class="changed" />`}
      </svg>
    </div>
  </div>`;
}
