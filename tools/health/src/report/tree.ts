import { size } from '../audit/text.ts';
import { ROOT, type ReportImage } from './data.ts';

/** An image and what stands on it. */
export interface TreeNode {
  readonly name: string;
  readonly image: string;
  readonly device: 'CPU' | 'GPU';
  /** Bytes that it adds to its base; undefined where there is no record of it. */
  readonly own?: number | undefined;
  readonly children: readonly TreeNode[];
}

/** Which image stands on which: those on the root image, and what stands on them. Pure. */
export function treeOf(images: readonly ReportImage[], on?: string): readonly TreeNode[] {
  return images
    .filter(({ base }) => base === on)
    .map(({ name, image, device, sizes }) => ({
      name,
      image,
      device,
      own: sizes?.own,
      children: treeOf(images, name),
    }));
}

/** One line of a tree that is drawn. */
export interface TreeRow {
  readonly node: TreeNode;
  /** 1 for what stands on the root image. */
  readonly level: number;
  /** For each level whether it goes on below: whether the node, or the one above it, has a next one beside it. */
  readonly goesOn: readonly boolean[];
}

/** Every node in the order of the lines, each before what stands on it. What others stand on comes last. Pure. */
export function treeRows(nodes: readonly TreeNode[], above: readonly boolean[] = []): readonly TreeRow[] {
  const ordered = nodes.toSorted(
    (one, other) => Math.sign(one.children.length) - Math.sign(other.children.length),
  );
  return ordered.flatMap((node, index) => {
    const goesOn = [...above, index < ordered.length - 1];
    return [{ node, level: goesOn.length, goesOn }, ...treeRows(node.children, goesOn)];
  });
}

/** The tree for a terminal. Pure. */
export function treeText(nodes: readonly TreeNode[]): string {
  const rows = treeRows(nodes).map(({ node, goesOn }) => ({
    drawn: `${goesOn.map((more, level) => branch(more, level === goesOn.length - 1)).join('')}${node.name}`,
    node,
  }));
  const width = (of: (row: (typeof rows)[number]) => string): number =>
    Math.max(0, ...rows.map((row) => of(row).length));
  const [names, images] = [width(({ drawn }) => drawn), width(({ node }) => node.image)];
  return [
    ROOT,
    ...rows.map(({ drawn, node: { image, device, own } }) =>
      `${drawn.padEnd(names)}  ${image.padEnd(images)}  ${device}  ${own === undefined ? '' : `+ ${size(own)}`}`.trimEnd(),
    ),
  ].join('\n');
}

const branch = (more: boolean, last: boolean): string =>
  last ? (more ? '├─ ' : '└─ ') : more ? '│  ' : '   ';
