import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * What builds on this machine mount as secrets: SHA-256 of the content → id. A file that isn't there is left out: the build
 * says so itself.
 * @param secrets id → path
 */
export function secretHashes(secrets: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const hashes = Object.entries(secrets).flatMap(([id, path]) => {
    try {
      const content = readFileSync(path);
      // An empty file is what a mount leaves behind, not what was mounted.
      return content.length === 0 ? [] : [[createHash('sha256').update(content).digest('hex'), id] as const];
    } catch {
      return [];
    }
  });
  return new Map(hashes);
}
