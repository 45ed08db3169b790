import { html, type Markup } from '@cp-whisperx-app/pipeline/page';
import { size } from '../../../audit/text.ts';
import type { ReportData, ReportLayer } from '../../data.ts';
import { imageTable } from '../../text.ts';

/** The same numbers in words: images, layers, packages. */
export function tables(data: ReportData): Markup {
  const { heads, rows, prefix } = imageTable(data);
  const packages = data.layers.flatMap((layer) =>
    (layer.packages ?? []).map((one) => [one.name, one.version, size(one.bytes), layer.owner]),
  );
  return html`<section class="tables" id="tables" aria-labelledby="tables-title">
    <div class="bar">
      <h2 id="tables-title">In numbers</h2>
      <p class="keys">
        Own: what an image adds to its base. Shared: what another image has,
        too.${prefix !== '' && html` Tags stand after ${prefix}.`}
      </p>
    </div>
    ${table('Images', heads, rows)}
    <details>
      <summary>${data.layers.length} layers, each once</summary>
      ${table('Layers', LAYER_HEADS, data.layers.map(layerRow))}
    </details>
    ${
      packages.length > 0 &&
      html`<details>
        <summary>${packages.length} Python packages in them</summary>
        ${table('Packages', PACKAGE_HEADS, packages)}
      </details>`
    }
  </section>`;
}

interface Head {
  readonly text: string;
  readonly right?: boolean;
}

const LAYER_HEADS: readonly Head[] = [
  { text: 'added by' },
  { text: 'made by' },
  { text: 'at' },
  { text: 'bytes', right: true },
  { text: 'packages', right: true },
  { text: 'in images', right: true },
];

const PACKAGE_HEADS: readonly Head[] = [
  { text: 'package' },
  { text: 'version' },
  { text: 'bytes', right: true },
  { text: 'added by' },
];

const layerRow = ({ owner, step, place = '', bytes, packages, images }: ReportLayer): string[] => [
  ...[owner, step, place, size(bytes)],
  packages === undefined ? '?' : `${packages.length}`,
  `${images.length}`,
];

/** A wide table scrolls by itself, with the keyboard too. */
function table(name: string, heads: readonly Head[], rows: readonly (readonly string[])[]): Markup {
  const className = ({ right = false }: Head): string => (right ? 'number' : '');
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col" class="${className(head)}">${head.text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first = '', ...cells]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${cells.map((cell, index) => {
                const head = heads[index + 1];
                return html`<td class="${head && className(head)}">${cell}</td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
