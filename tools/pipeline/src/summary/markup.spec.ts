import { expect, test } from 'vitest';
import { html, json, raw } from './markup.ts';

test.each([
  ['</script><script>alert(1)</script>', '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['" onload="x', '&quot; onload=&quot;x'],
  ["' onload='x", '&#39; onload=&#39;x'],
  ['a & b &lt; c', 'a &amp; b &amp;lt; c'],
  ['$& $1 \\n \\u0041', '$&amp; $1 \\n \\u0041'],
  ['«أين» 日本', '«أين» 日本'],
])('%s is text wherever it stands', (text, escaped) => {
  expect(html`<p title="${text}">${text}</p>`.text).toBe(`<p title="${escaped}">${escaped}</p>`);
});

test('markup, lists of it, numbers and nothing', () => {
  const items = ['<', '>'].map((text) => html`<li>${text}</li>`);
  expect(html`${items}${7}${0}${undefined}${false}${raw('<b>')}`.text).toBe(
    '<li>&lt;</li><li>&gt;</li>70<b>',
  );
});

test.each(['</script><script>', '<!--<script>', '\u2028"\\'])(
  '%s in data ends no script element, and comes back',
  (text) => {
    const [, written = ''] =
      /^<script type="application\/json" id="it">(.*)<\/script>$/s.exec(json('it', { text }).text) ?? [];
    expect(written).not.toContain('<');
    expect(JSON.parse(written)).toEqual({ text });
  },
);
