import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { clientScript } from './client-script.ts';
import { html, json, raw, type Markup } from './markup.ts';

/** What all pages look like: colours, texts and tables, the head. */
export const SHARED_STYLES = ['tokens', 'base', 'head'].map(
  (name) => new URL(`style/${name}.css`, import.meta.url),
);

interface Parts {
  readonly title: string;
  /** SVG */
  readonly icon: string;
  /** Files of CSS, in their order. */
  readonly styles: readonly URL[];
  /** The module that runs in the browser. */
  readonly client: URL;
  /** What it finds as JSON in `#data`. */
  readonly data: unknown;
  readonly body: Markup;
}

/**
 * One HTML file that needs nothing beside it and no network, with a place for tips. Its policy (CSP) lets only its own
 * script and style run, whatever stands in its texts.
 */
export function standalonePage({ title, icon, styles, client, data, body }: Parts): string {
  const style = styles.map((file) => readFileSync(file, 'utf8')).join('\n');
  const script = clientScript(client);
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" />
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        ${body}
        <div id="tip" role="tooltip" hidden></div>
        ${json('data', data)} ${raw(`<script>${script}</script>`)}
      </body>
    </html> `.text;
}

/** Names text for a policy: a script or style runs only as it was written. */
const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
