import { posix } from 'node:path';
import type { LayerEntry } from './layer/listing.ts';

/** A file of a layer that a layer above it removes or writes anew. */
export interface Change {
  readonly path: string;
  /** Bytes that are hidden so: none where another name of the file stays. */
  readonly bytes: number;
  /** Indexes of the layers. */
  readonly from: number;
  readonly by: number;
}

/** What the layers of an image do to each other. */
export interface Chain {
  /** By layer: bytes under it that it hides. */
  readonly hides: readonly number[];
  readonly changes: readonly Change[];
  /** Bytes of the files that a container sees. */
  readonly visible: number;
}

/** The content of a file, which hard links share. */
interface Content {
  readonly bytes: number;
  names: number;
}

interface Place {
  readonly layer: number;
  readonly folder: boolean;
  readonly content: Content;
}

/**
 * Lays layers on each other as an engine does. The bytes of all layers are those that are visible and those that a layer
 * hides. A folder over a folder is no change, for a layer repeats the folders that lead to its files. Pure.
 * Source: OCI image specification, layer.md, "Whiteouts" and "Opaque Whiteout"
 * @param layers entries of each, root first
 */
export function layUp(layers: readonly (readonly LayerEntry[])[]): Chain {
  const places = new Map<string, Place>();
  const hides = layers.map(() => 0);
  const changes: Change[] = [];

  const hide = (path: string, by: number): void => {
    const place = places.get(path);
    if (place === undefined) return;
    places.delete(path);
    const bytes = --place.content.names === 0 ? place.content.bytes : 0;
    hides[by] = (hides[by] ?? 0) + bytes;
    if (!place.folder) changes.push({ path, bytes, from: place.layer, by });
  };
  const hideWithin = (folder: string, by: number): void => {
    const prefix = folder === '' ? '' : `${folder}/`;
    for (const path of [...places.keys()]) if (path.startsWith(prefix)) hide(path, by);
  };
  const remove = (path: string, by: number): void => {
    if (places.get(path)?.folder) hideWithin(path, by);
    hide(path, by);
  };

  for (const [layer, entries] of layers.entries()) {
    // A whiteout is about the layers under it, wherever it stands in the tar.
    for (const whiteout of entries.flatMap(whiteoutOf))
      if (whiteout.opaque) hideWithin(whiteout.path, layer);
      else remove(whiteout.path, layer);
    for (const entry of entries.filter((one) => whiteoutOf(one).length === 0)) {
      const under = places.get(entry.path);
      const folder = entry.kind === 'folder';
      if (folder && under?.folder) continue;
      remove(entry.path, layer);
      const shared = entry.target === undefined ? undefined : places.get(entry.target)?.content;
      const content = shared ?? { bytes: entry.bytes, names: 0 };
      content.names++;
      places.set(entry.path, { layer, folder, content });
    }
  }
  const contents = new Set([...places.values()].map(({ content }) => content));
  return { hides, changes, visible: [...contents].reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** What a whiteout removes; nothing for another entry. */
export function whiteoutOf({
  path,
}: LayerEntry): readonly { readonly path: string; readonly opaque: boolean }[] {
  const name = posix.basename(path);
  if (!name.startsWith('.wh.')) return [];
  const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  if (name === '.wh..wh..opq') return [{ path: folder, opaque: true }];
  // `.wh..wh.plnk` and the like are aufs' own.
  if (name.startsWith('.wh..wh.')) return [{ path: '', opaque: false }];
  return [{ path: posix.join(folder, name.slice(4)), opaque: false }];
}
