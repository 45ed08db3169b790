import { need } from '@cp-whisperx-app/pipeline/client/dom';
import { schemeButton } from '@cp-whisperx-app/pipeline/client/scheme';
import type { MapNode } from '../map.ts';
import { roving } from './roving.ts';
import { treemap } from './treemap.ts';

const family = JSON.parse(need(document, '#data', HTMLScriptElement).text) as MapNode;
schemeButton();
need(document, '#map-section', HTMLElement).hidden = family.bytes === 0;
const map = treemap(family);

const tree = need(document, '#tree', HTMLElement);
roving(tree, () => [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')]);
tree.addEventListener('click', ({ target }) => {
  open(target);
});
tree.addEventListener('keydown', ({ key, target }) => {
  if (key === 'Enter') open(target);
});

/** Shows an image of the tree in the treemap; one that adds no layer of its own shows the whole family. */
function open(target: EventTarget | null): void {
  const owner =
    target instanceof Element ? target.closest<HTMLElement>('[data-owner]')?.dataset['owner'] : undefined;
  if (owner === undefined) return;
  map.show(owner);
  need(document, '#map-section', HTMLElement).scrollIntoView({ block: 'nearest' });
}
