/** What other packages of this workspace use for pages of their own. */
export { html, type Markup } from './summary/markup.ts';
export { SHARED_STYLES, standalonePage } from './summary/standalone.ts';
