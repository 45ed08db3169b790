import { writeWhole } from '@cp-whisperx-app/nx-images/api';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LayerListing } from './layer/listing.ts';

/** Folder of what was read of layers, relative to the workspace root. */
const LISTINGS = 'dist/audit/layers';

/** Days without use after which the listing of a layer goes. */
const KEPT = 7;

/**
 * What was read of layers, kept on disk by their diffIDs. It is lost when the code that reads them changes, so that a
 * new rule sees every layer.
 */
export class Listings {
  readonly #folder: string;

  /** @param root absolute path of the workspace */
  constructor(root: string) {
    this.#folder = join(root, LISTINGS, readerVersion());
    mkdirSync(this.#folder, { recursive: true });
  }

  has(diffId: string): boolean {
    return existsSync(this.#file(diffId));
  }

  /** @throws Error when it is not there */
  read(diffId: string): LayerListing {
    const file = this.#file(diffId);
    const now = new Date();
    utimesSync(file, now, now);
    return JSON.parse(readFileSync(file, 'utf8')) as LayerListing;
  }

  /** Whole or not at all: two runs at once may write the same. */
  write(listing: LayerListing): void {
    writeWhole(this.#file(listing.diffId), JSON.stringify(listing));
  }

  /** Takes away what nobody has read for long. */
  prune(): void {
    const parent = dirname(this.#folder);
    const oldest = Date.now() - KEPT * 24 * 3600 * 1000;
    for (const version of readdirSync(parent))
      for (const name of readdirSync(join(parent, version))) {
        const file = join(parent, version, name);
        if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < oldest) rmSync(file, { force: true });
      }
  }

  #file = (diffId: string): string => join(this.#folder, `${diffId.replace(/^sha256:/, '')}.json`);
}

/** A hash of the code that makes listings. */
function readerVersion(): string {
  const folder = join(import.meta.dirname, 'layer');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    if (/(?<!\.spec)\.[tj]s$/.test(name)) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}
