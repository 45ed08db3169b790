import type { ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALLOWED_FILE } from './allowed.ts';

/** The text of the list of what is borne; empty where there is none. */
export function allowedIn(root: string): string {
  const file = join(root, ALLOWED_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * The images with Debian packages of their own: those that stand on the root, and those whose last stage runs a step.
 * Pure.
 */
export const systemImages = (graph: ImageGraph): readonly string[] =>
  [...graph.values()]
    .filter(({ base, text }) => base === undefined || /^RUN\b/im.test(lastStage(text)))
    .map(({ name }) => name);

const lastStage = (dockerfile: string): string => dockerfile.split(/^FROM\b/im).at(-1) ?? '';
