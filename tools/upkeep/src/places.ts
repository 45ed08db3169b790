import type { ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * All locks of a workspace, text by path: the images', the installer's, and those of tools. An image without one has no
 * entry; `nx sync:check` tells of that.
 */
export function locksIn(root: string, graph: ImageGraph): ReadonlyMap<string, string> {
  const folders = ['libs/installer', ...subfolders(root, 'tools')];
  const files = [
    ...[...graph.values()].map(({ folder }) => `${folder}/requirements.lock`),
    ...folders.flatMap((folder) => filesIn(root, folder).filter((file) => file.endsWith('.lock'))),
  ].filter((file) => existsSync(join(root, file)));
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** The images that have what a lock or a system layer has, lowest first: the one it is of, and those on it. Pure. */
export const imagesOf =
  (graph: ImageGraph) =>
  (place: string): readonly string[] => {
    const own = [...graph.values()].find(
      ({ name, folder }) => name === place || `${folder}/requirements.lock` === place,
    )?.name;
    const standsOn = (name: string): boolean => {
      const base = graph.get(name)?.base;
      return name === own || (base !== undefined && standsOn(base));
    };
    return [...graph.keys()].filter(standsOn);
  };

const subfolders = (root: string, folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`);

const filesIn = (root: string, folder: string): readonly string[] =>
  existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
