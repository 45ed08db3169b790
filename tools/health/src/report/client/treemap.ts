import { everyFrame, make, need } from '@cp-whisperx-app/pipeline/client/dom';
import { percent } from '@cp-whisperx-app/pipeline/words';
import { size } from '../../audit/text.ts';
import type { MapNode } from '../map.ts';
import { layout, type Tile } from './layout.ts';
import { roving } from './roving.ts';

/** Parts smaller than that many pixels across are not drawn, and less than this not named. */
const DRAWN = 3;
const NAMED = { width: 44, height: 20 };
/** A tile as wide as that has its size beside its name. */
const SIZED = 180;

/** The treemap: one level of tiles that can be entered, with their parts in them. */
export function treemap(family: MapNode): { readonly show: (name: string) => void } {
  const map = need(document, '#map', HTMLElement);
  /** From the family to what is shown. */
  let path: readonly MapNode[] = [family];
  const shown = (): MapNode => path.at(-1) ?? family;
  const tiles = (): HTMLElement[] => [...map.querySelectorAll<HTMLElement>('.tile')];

  const draw = (): void => {
    const focused = tiles().indexOf(document.activeElement as HTMLElement);
    const root = layout(shown(), map.clientWidth, map.clientHeight);
    const children = root.children ?? [];
    map.replaceChildren(...children.map((tile) => tileOf(tile, family, enter)));
    const first = tiles()[Math.max(0, focused)];
    if (first) first.tabIndex = 0;
    if (focused >= 0) first?.focus();
  };

  const go = (next: readonly MapNode[], focus: number | undefined): void => {
    path = next;
    map.dataset['moved'] = '';
    need(document, '#detail', HTMLElement).textContent = '';
    showPath(path, family, (depth) => {
      leaveTo(depth);
    });
    draw();
    if (focus !== undefined) tiles()[focus]?.focus();
  };

  const enter = (node: MapNode): void => {
    go([...path, ...inside(node)], 0);
  };

  /** Back to a level, on the tile that was entered from there. */
  const leaveTo = (depth: number): void => {
    const from = path[depth + 1];
    const next = path.slice(0, depth + 1);
    go(next, from === undefined ? 0 : Math.max(0, next.at(-1)?.parts.indexOf(from) ?? 0));
  };

  map.addEventListener('keydown', ({ key }) => {
    if ((key === 'Escape' || key === 'Backspace') && path.length > 1) leaveTo(levelAbove(path));
  });
  roving(map, tiles);
  new ResizeObserver(everyFrame(draw)).observe(map);
  go(path, undefined);
  return {
    show: (name) => {
      const image = family.parts.find((part) => part.name === name);
      go(image === undefined ? [family] : [family, ...inside(image)], 0);
    },
  };
}

/** A node, and what is in it for as long as that is one thing: nobody needs to enter twice to see something new. */
function inside(node: MapNode): readonly MapNode[] {
  const [only, more] = node.parts;
  return only === undefined || more !== undefined || only.parts.length === 0
    ? [node]
    : [node, ...inside(only)];
}

/** The last level before the shown one that has something to choose from. */
function levelAbove(path: readonly MapNode[]): number {
  const above = path.slice(0, -1).findLastIndex(({ parts }) => parts.length > 1);
  return Math.max(0, above);
}

function showPath(path: readonly MapNode[], family: MapNode, leaveTo: (depth: number) => void): void {
  const steps = path.map((node, depth) => {
    const current = depth === path.length - 1;
    const step = make(current ? 'span' : 'button', '', node.name);
    if (current) step.ariaCurrent = 'true';
    else
      step.addEventListener('click', () => {
        leaveTo(depth);
      });
    return make('li', '', step);
  });
  need(document, '#path', HTMLElement).replaceChildren(...steps);
  const node = path.at(-1) ?? family;
  need(document, '#where', HTMLElement).textContent = [
    size(node.bytes),
    ...(node === family ? [] : [`${percent(node.bytes / family.bytes)} of all`]),
    node.about,
    `${node.parts.length} ${node.parts.length === 1 ? 'part' : 'parts'}`,
  ].join(' · ');
}

function tileOf(tile: Tile, family: MapNode, enter: (node: MapNode) => void): HTMLElement {
  const { data } = tile;
  const opens = data.parts.length > 0;
  const element = make(opens ? 'button' : 'div', `tile ${data.hue}`);
  const share = percent(data.bytes / family.bytes);
  element.tabIndex = -1;
  const parts = opens ? `, ${data.parts.length} parts` : '';
  element.ariaLabel = `${data.name}, ${size(data.bytes)}, ${share} of all, ${data.about}${parts}`;
  if (opens)
    element.addEventListener('click', () => {
      enter(data);
    });
  else element.role = 'img';
  const wide = tile.x1 - tile.x0;
  const name = make('b', '', data.name, ...(wide < SIZED ? [] : [make('small', '', size(data.bytes))]));
  name.hidden = wide < NAMED.width || tile.y1 - tile.y0 < NAMED.height;
  const inner = (tile.leaves().length > 1 ? tile.leaves() : []).flatMap((leaf) => partOf(leaf, tile));
  place(element, tile, { x0: 0, y0: 0 });
  element.append(name, ...inner);
  const says = `${data.name}: ${size(data.bytes)}, ${share} of all; ${data.about}`;
  for (const event of ['pointerenter', 'focus'])
    element.addEventListener(event, () => {
      need(document, '#detail', HTMLElement).textContent = says;
    });
  return element;
}

/** Something in a tile: only to be seen. */
function partOf(leaf: Tile, tile: Tile): HTMLElement[] {
  const [width, height] = [leaf.x1 - leaf.x0, leaf.y1 - leaf.y0];
  if (width < DRAWN || height < DRAWN) return [];
  const element = make('div', 'part');
  element.ariaHidden = 'true';
  place(element, leaf, tile);
  if (width < NAMED.width || height < NAMED.height) return [element];
  const name = make('span', '', leaf.data.name);
  if (height >= 2 * NAMED.height) name.append(make('small', '', size(leaf.data.bytes)));
  element.append(name);
  return [element];
}

function place(element: HTMLElement, { x0, y0, x1, y1 }: Tile, from: { x0: number; y0: number }): void {
  element.style.left = `${x0 - from.x0}px`;
  element.style.top = `${y0 - from.y0}px`;
  element.style.width = `${x1 - x0}px`;
  element.style.height = `${y1 - y0}px`;
}
