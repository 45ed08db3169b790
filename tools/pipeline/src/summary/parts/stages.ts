import type { RunRecord, StageRun } from '../../run-record.ts';
import { html, type Markup } from '../markup.ts';
import { lasting, memory } from '../words.ts';

const SIGNS = { done: '✓', skipped: '–', failed: '✕', waiting: '○' } as const;

/** What each stage took, as bars beside each other; what it said where it failed. */
export function stageTable({ stages }: RunRecord): Markup | undefined {
  if (stages.length === 0) return undefined;
  const longest = Math.max(...stages.map(({ seconds }) => seconds));
  const most = Math.max(...stages.map(({ peakBytes = 0 }) => peakBytes));
  return html`<section class="stages" aria-labelledby="stages-title">
    <table>
      <caption id="stages-title">
        Stages
      </caption>
      <thead>
        <tr>
          <th scope="col">Stage</th>
          <th scope="col" colspan="2">Time</th>
          ${most > 0 && html`<th scope="col" colspan="2">Memory</th>`}
        </tr>
      </thead>
      <tbody>
        ${stages.map((stage) => row(stage, longest, most))}
      </tbody>
    </table>
  </section>`;
}

function row(run: StageRun, longest: number, most: number): Markup {
  const { stage, state, seconds, message, peakBytes, image } = run;
  const ran = state === 'done' || state === 'failed';
  const held = ran ? peakBytes : undefined;
  return html`<tr class="${state}">
      <th scope="row">
        <span class="sign" aria-hidden="true">${SIGNS[state]}</span
        ><span title="${image ?? ''}">${stage}</span
        >${state === 'done' && html`<span class="unseen"> done</span>`}
      </th>
      <td class="graph">${ran && bar(seconds / longest)}</td>
      <td class="number">${ran ? lasting(seconds) : html`<span title="${message ?? ''}">${state}</span>`}</td>
      ${
        most > 0 &&
        html`<td class="graph">${held !== undefined && bar(held / most)}</td>
          <td class="number">${held !== undefined && memory(held)}</td>`
      }
    </tr>
    ${
      state === 'failed' &&
      html`<tr class="said">
        <td colspan="5"><pre dir="auto">${message ?? 'It said nothing.'}</pre></td>
      </tr>`
    }`;
}

function bar(share: number): Markup {
  const width = Number.isFinite(share) ? Math.max(1, 100 * share) : 0;
  return html`<svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
    <rect class="all" width="100" height="6" />
    <rect width="${width.toFixed(1)}" height="6" />
  </svg>`;
}
