/** HTML that is safe as it stands. Only `html`, `raw` and `json` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | undefined | false | readonly Value[];

/** HTML in which whatever is put in is escaped, unless it is Markup itself; lists are joined, nothing is empty. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(String.raw({ raw: parts }, ...values.map(write)));
}

/** Text that is HTML, style or script already, and our own. */
export const raw = (text: string): Markup => new Markup(text);

/** A script element that holds a value as JSON: nothing in it can end the element. */
export const json = (id: string, value: unknown): Markup =>
  raw(
    `<script type="application/json" id="${id}">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`,
  );

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function write(value: Value): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(write).join('');
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
