import { fromMarkdown } from 'mdast-util-from-markdown';

export const PAGE = 'docs/troubleshooting.md';

/** One entry of docs/troubleshooting.md. */
export interface Entry {
  /** The anchor of its heading. */
  readonly id: string;
  /** What one sees: texts that stand in what was printed, `…` for any text of one line. */
  readonly see: readonly string[];
  /** What mends it, as it is typed. */
  readonly mend: string;
  /** Lines of the page that `mend` stands on, first and last. */
  readonly lines: readonly [first: number, last: number];
}

/**
 * The entries of the page: a heading of the second level, its first block of code what one sees, its last what mends
 * it. Pure.
 * @throws Error for an entry without these two
 */
export function entriesOf(text: string): readonly Entry[] {
  const nodes = fromMarkdown(text).children;
  return nodes.flatMap((node, index) => {
    if (node.type !== 'heading' || node.depth !== 2) return [];
    const id = anchorOf(node.children.map((child) => ('value' in child ? child.value : '')).join(''));
    const rest = nodes.slice(index + 1);
    const next = rest.findIndex(({ type }) => type === 'heading');
    const blocks = rest.slice(0, next === -1 ? undefined : next).filter(({ type }) => type === 'code');
    const [see, mend] = [blocks[0], blocks.at(-1)];
    if (see?.type !== 'code' || mend?.type !== 'code' || see === mend)
      throw new Error(`${PAGE}: "${id}" wants a block of what one sees and one of what mends it`);
    const { start, end } = mend.position ?? { start: { line: 0 }, end: { line: 0 } };
    return [{ id, see: see.value.split('\n'), mend: mend.value, lines: [start.line, end.line] as const }];
  });
}

/** Rows of the table on top: what one sees, and the anchor that it leads to. Pure. */
export const rowsOf = (text: string): readonly { readonly see: string; readonly id: string }[] =>
  [...text.matchAll(/^\| (.*) \| \[.*\]\(#([\w-]+)\) \|$/gm)].map(([, see = '', id = '']) => ({ see, id }));

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replace(/ /g, '-');

/** Whether each text of what one sees stands in `output`. Those that don't. Pure. */
export const unseen = (see: readonly string[], output: string): readonly string[] =>
  see.filter((line) => {
    const parts = line.split('…').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return !new RegExp(parts.join('.*')).test(output);
  });

/** Ids of the entries that a test's source reproduces. Pure. */
export const reproducedIn = (source: string): readonly string[] =>
  [...source.matchAll(/^\s*reproduces\(\s*'([\w-]+)'/gm)].map(([, id = '']) => id);
