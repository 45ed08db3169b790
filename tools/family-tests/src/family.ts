import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from './engine.ts';

/** An image of the family, as its Dockerfile says it, read here apart from the plugin that is tested. */
export interface FamilyImage {
  /** Its folder under images/, and its project. */
  readonly folder: string;
  /** `rajiup/cp-whisperx-app-asr:cuda` */
  readonly image: string;
  /** The image of the family that it stands on. */
  readonly base: string | undefined;
}

/** The prefix of all names of the family. */
export const PREFIX = 'rajiup/cp-whisperx-app-';

/** All images, bases before what stands on them. */
export const FAMILY: readonly FamilyImage[] = inOrder(
  readdirSync(join(workspace, 'images')).flatMap((folder) => {
    const file = join(workspace, 'images', folder, 'Dockerfile');
    return existsSync(file) ? [read(folder, readFileSync(file, 'utf8'))] : [];
  }),
);

/** Folders of all images, bases first. */
export const FOLDERS: readonly string[] = FAMILY.map(({ folder }) => folder);

/** The image that a folder makes. */
export function imageOf(folder: string): string {
  const found = FAMILY.find((one) => one.folder === folder);
  if (found === undefined) throw new Error(`no image in images/${folder}`);
  return found.image;
}

function read(folder: string, text: string): FamilyImage {
  const name = /^# image: (\S+)$/m.exec(text)?.[1] ?? '';
  const base = [...text.matchAll(/^FROM (\S+)/gm)].at(-1)?.[1] ?? '';
  return { folder, image: PREFIX + name, base: base.startsWith(PREFIX) ? base : undefined };
}

function inOrder(images: readonly FamilyImage[]): FamilyImage[] {
  const depth = ({ base }: FamilyImage): number => {
    const under = images.find(({ image }) => image === base);
    return under === undefined ? 0 : 1 + depth(under);
  };
  return images.toSorted((one, other) => depth(one) - depth(other));
}
