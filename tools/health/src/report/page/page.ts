import { html, SHARED_STYLES, standalonePage } from '@cp-whisperx-app/pipeline/page';
import type { ReportData } from '../data.ts';
import { mapOf } from '../map.ts';
import { head } from './parts/head.ts';
import { inheritance } from './parts/inheritance.ts';
import { tables } from './parts/tables.ts';
import { treemap } from './parts/treemap.ts';

const STYLES = ['report', 'inheritance', 'treemap', 'tables', 'media'];

/** The report as one HTML file: it needs nothing beside it and no network. */
export const reportPage = (data: ReportData): string =>
  standalonePage({
    title: 'Image family – report',
    icon: ICON,
    styles: [...SHARED_STYLES, ...STYLES.map((name) => new URL(`style/${name}.css`, import.meta.url))],
    client: new URL('../client/main.ts', import.meta.url),
    data: mapOf(data),
    body: html`<a class="skip" href="#tables">Skip to the tables</a>
      ${head(data)}
      <main>${inheritance(data)} ${treemap()} ${tables(data)}</main>`,
  });

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 1h8v14H1z" fill="#0072b2"/><path d="M10 1h5v8h-5z" fill="#c85200"/><path d="M10 10h5v5h-5z" fill="#00795a"/></svg>';
