import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cost } from './status.ts';

interface Family {
  readonly root: string;
  /** Folder of each image. */
  readonly folders: ReadonlyMap<string, string>;
  /** The images that have CUDA or torch in their own layer, and those on them. */
  readonly onCuda: readonly string[];
}

/** What the moves that a base status may ask for would rebuild. */
export function costsOf({ root, folders, onCuda }: Family): readonly Cost[] {
  const all = [...folders.keys()];
  const download = (images: readonly string[]): number | undefined => {
    const known = images.flatMap((image) => downloadOf(root, folders.get(image) ?? '') ?? []);
    return known.length === images.length ? known.reduce((sum, bytes) => sum + bytes, 0) : undefined;
  };
  const move = (what: string, images: readonly string[], made: readonly string[], remark: string): Cost => ({
    what,
    images,
    download: download(made),
    remark,
  });
  return [
    move(
      'root alone',
      all,
      all.slice(0, 1),
      'npx nx run versions:patch: all are rebased, nothing is reinstalled',
    ),
    move('Python or Debian', all, all, 'root and builder in versions.txt: every layer is made anew'),
    ...(onCuda.length === 0
      ? []
      : [move('CUDA or torch', onCuda, onCuda, 'npx nx run versions:update torch=VERSION')]),
  ];
}

/** The bytes that a cold build of an image fetches, as its size.json has them. */
function downloadOf(root: string, folder: string): number | undefined {
  const file = join(root, folder, 'size.json');
  if (!existsSync(file)) return undefined;
  const { download } = JSON.parse(readFileSync(file, 'utf8')) as { download?: unknown };
  return typeof download === 'number' ? download : undefined;
}
