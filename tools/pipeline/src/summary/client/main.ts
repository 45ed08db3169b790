import type { SummaryData } from '../data.ts';
import { showCue } from './chosen.ts';
import { need } from './dom.ts';
import { cueList } from './list.ts';
import { schemeButton } from './scheme.ts';
import { createTimeline } from './timeline.ts';

const data = JSON.parse(need(document, '#data', HTMLScriptElement).text) as SummaryData;
const timeline = document.querySelector('#timeline') && createTimeline(data, { select });
const list = document.querySelector('#cues') && cueList({ select });
schemeButton();

for (const button of document.querySelectorAll<HTMLElement>('.changes button'))
  button.addEventListener('click', () => {
    select(Number(button.dataset['cue']));
    document.querySelector('#subtitles')?.scrollIntoView({ block: 'nearest' });
  });

/** Shows one cue wherever it can be seen. */
function select(cue: number): void {
  if (!list || data.cues?.[cue] === undefined) return;
  list.mark(cue);
  timeline?.mark(cue);
  showCue(data, cue, select);
}
