import { html, type Markup } from '@cp-whisperx-app/pipeline/page';
import { size } from '../../../audit/text.ts';
import { ROOT, type ReportData, type ReportImage } from '../../data.ts';
import { hueOf } from '../../hues.ts';
import { treeOf, treeRows, type TreeRow } from '../../tree.ts';

/** Which image stands on which, each with the bytes of its chain on one scale: what it inherits pale, what it adds strong. */
export function inheritance(data: ReportData): Markup {
  const { images, layers } = data;
  const most = Math.max(1, ...images.map(({ sizes }) => sizes?.whole ?? 0));
  const rootBytes = layers.filter(({ owner }) => owner === ROOT).reduce((sum, { bytes }) => sum + bytes, 0);
  const byName = new Map(images.map((image) => [image.name, image]));
  const rows = treeRows(treeOf(images)).map((row) => {
    const image = byName.get(row.node.name);
    return image && imageRow(row, image, { images, byName, rootBytes, most });
  });
  return html`<section class="inheritance" aria-labelledby="inheritance-title">
    <div class="bar">
      <h2 id="inheritance-title">What stands on what</h2>
      <p class="keys">
        Pale: inherited. Strong: added. <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Enter</kbd> opens an image below
      </p>
    </div>
    <div role="tree" aria-labelledby="inheritance-title" id="tree">
      <div
        role="treeitem"
        aria-level="1"
        tabindex="0"
        data-owner="${ROOT}"
        class="node voice-rest"
        aria-label="${`root image, ${size(rootBytes)}`}"
      >
        <span class="name"><i class="chip"></i>${ROOT}</span>
        <span class="device"></span>
        <span class="graph">${bar([{ hue: 'voice-rest', bytes: rootBytes }], most)}</span>
        <span class="number">${size(rootBytes)}</span>
        <span class="number whole"></span>
      </div>
      ${rows}
    </div>
  </section>`;
}

interface Scale {
  readonly images: readonly ReportImage[];
  readonly byName: ReadonlyMap<string, ReportImage>;
  readonly rootBytes: number;
  readonly most: number;
}

function imageRow({ node, level, goesOn }: TreeRow, image: ReportImage, scale: Scale): Markup {
  const { name, device, sizes, base } = image;
  const guides = goesOn.map((more, index) => {
    const kind = index === goesOn.length - 1 ? (more ? 'tee' : 'end') : more ? 'line' : '';
    return html`<i class="guide ${kind}"></i>`;
  });
  const says = sizes
    ? `${name}, ${device}, adds ${size(sizes.own)} to ${base ?? ROOT}, ${size(sizes.whole)} in all`
    : `${name}, ${device}, on ${base ?? ROOT}, no record`;
  return html`<div
    role="treeitem"
    aria-level="${level + 1}"
    tabindex="-1"
    data-owner="${name}"
    class="node ${hueOf(name, scale.images)}${node.children.length > 0 && ' bears'}"
    aria-label="${says}"
  >
    <span class="name">${guides}<i class="chip"></i><span>${name}</span></span>
    <span class="device">${device}</span>
    <span class="graph">${bar(chainParts(image, scale), scale.most)}</span>
    <span class="number">${sizes && `+ ${size(sizes.own)}`}</span>
    <span class="number whole">${sizes && size(sizes.whole)}</span>
  </div>`;
}

interface Part {
  readonly hue: string;
  readonly bytes: number;
}

/** What the root and each image of the chain add, in this order. */
function chainParts({ name, base, sizes }: ReportImage, scale: Scale): readonly Part[] {
  const under = base === undefined ? undefined : scale.byName.get(base);
  const inherited = under ? chainParts(under, scale) : [{ hue: 'voice-rest', bytes: scale.rootBytes }];
  return [...inherited, { hue: hueOf(name, scale.images), bytes: sizes?.own ?? 0 }];
}

/** However little the last part is, it can be seen. */
function bar(parts: readonly Part[], most: number): Markup {
  let left = 0;
  const rects = parts.map(({ hue, bytes }, index) => {
    const last = index === parts.length - 1;
    const width = Math.max((1000 * bytes) / most, last ? 3 : 0);
    const x = Math.min(left, 1000 - width);
    left += width;
    return html`<rect
      class="${hue}${!last && ' inherited'}"
      x="${x.toFixed(1)}"
      width="${width.toFixed(1)}"
      height="10"
    />`;
  });
  return html`<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${rects}</svg>`;
}
