import { html, type Markup } from '@cp-whisperx-app/pipeline/page';

/** The frame of the treemap; the client fills it. Without a script the tables tell the same. */
export const treemap = (): Markup =>
  html`<section class="treemap" aria-labelledby="map-title" id="map-section" hidden>
    <div class="bar">
      <h2 id="map-title">What the bytes are</h2>
      <p class="keys"><kbd>←</kbd> <kbd>→</kbd> <kbd>Enter</kbd> into <kbd>Esc</kbd> out</p>
    </div>
    <nav class="path" aria-label="Shown part"><ol id="path"></ol></nav>
    <p id="where" aria-live="polite"></p>
    <div id="map" role="group" aria-labelledby="map-title" aria-describedby="where"></div>
    <p id="detail" aria-hidden="true"></p>
  </section>`;
