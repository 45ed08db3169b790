import { hierarchy, treemap, type HierarchyRectangularNode } from 'd3-hierarchy';
import type { MapNode } from '../map.ts';

export type Tile = HierarchyRectangularNode<MapNode>;

/** Room for the name of a tile over its parts, in pixels. */
const HEAD = 26;

/** The parts of a node, and theirs, as rectangles in a box of that size. The areas are the bytes. */
export function layout(node: MapNode, width: number, height: number): Tile {
  const root = hierarchy(node, ({ parts }) => parts)
    .sum(({ parts, bytes }) => (parts.length === 0 ? bytes : 0))
    .sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  return treemap<MapNode>()
    .size([width, height])
    .paddingInner(({ depth }) => (depth === 0 ? 3 : 1))
    .paddingTop(({ depth, children }) => (depth === 1 && children ? HEAD : 0))
    .paddingRight(({ depth, children }) => (depth === 1 && children ? 4 : 0))
    .paddingLeft(({ depth, children }) => (depth === 1 && children ? 4 : 0))
    .paddingBottom(({ depth, children }) => (depth === 1 && children ? 4 : 0))(root);
}
