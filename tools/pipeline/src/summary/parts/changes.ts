import type { Change, SummaryData } from '../data.ts';
import { html, type Markup } from '../markup.ts';
import { clock, count } from '../words.ts';

/** What stages changed in the texts, in order of time. */
export function changeTable({ changes, cues, language }: SummaryData): Markup | undefined {
  if (changes.length === 0) return undefined;
  const cueOf = (change: number): number => cues?.findIndex((cue) => cue.changes.includes(change)) ?? -1;
  return html`<section class="changes" aria-labelledby="changes-title">
    <div class="bar">
      <h2 id="changes-title">Changes</h2>
      <p>${byStage(changes)}</p>
    </div>
    <div class="scroll" role="region" aria-labelledby="changes-title" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">By</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col" class="number">Likeness</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${changes.map((change, index) => row(change, cueOf(index), language))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function byStage(changes: readonly Change[]): string {
  const stages = [...new Set(changes.map(({ by }) => by))];
  return stages
    .map((stage) => `${stage}: ${count(changes.filter(({ by }) => by === stage).length, 'change')}`)
    .join(', ');
}

function row({ by, before, after, score, reason, span }: Change, cue: number, language?: string): Markup {
  const time = clock(span[0]);
  return html`<tr>
    <td>
      ${cue < 0 ? time : html`<button type="button" data-cue="${cue}" aria-label="Show the subtitle at ${time}">${time}</button>`}
    </td>
    <td>${by}</td>
    <td><del dir="auto">${before}</del></td>
    <td><ins dir="auto" lang="${language ?? ''}">${after}</ins></td>
    <td class="number">${score !== undefined && Math.round(score)}</td>
    <td dir="auto">${reason}</td>
  </tr> `;
}
