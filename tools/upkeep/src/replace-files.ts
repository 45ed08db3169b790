import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts texts in place of files, all of them or none: drafts of all are written first, then renamed in one go that no
 * Ctrl-C interrupts.
 * @param texts by path from `root`; the folders are there
 * @returns the paths whose text was another before
 */
export function replaceFiles(root: string, texts: ReadonlyMap<string, string>): readonly string[] {
  const changed = [...texts].filter(([path, text]) => read(join(root, path)) !== text);
  const drafts = changed.map(([path, text]) => ({ file: join(root, path), text }));
  const heldBack = (): void => undefined;
  try {
    for (const { file, text } of drafts) writeFileSync(`${file}.draft`, text);
    for (const signal of SIGNALS) process.on(signal, heldBack);
    for (const { file } of drafts) renameSync(`${file}.draft`, file);
  } finally {
    for (const signal of SIGNALS) process.off(signal, heldBack);
    for (const { file } of drafts) rmSync(`${file}.draft`, { force: true });
  }
  return changed.map(([path]) => path);
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // a file that can't be read is written, or the draft says why not
  }
}
