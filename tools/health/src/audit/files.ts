import { inspectImages, writeWhole } from '@cp-whisperx-app/nx-images/api';
import { join } from 'node:path';
import type { LayerListing } from './layer/listing.ts';
import { Listings } from './listings.ts';
import { auditPath, type AuditRecord } from './record.ts';
import { readLayers } from './save.ts';
import { size } from './text.ts';

export type { LayerListing };

interface Loaded {
  readonly reference: string;
  /** Root first. */
  readonly diffIds: readonly string[];
}

/** Bytes between two lines about how far the reading is. */
const STEP = 1e9;

/**
 * The layers of an image, root first. What was never read is read from the engine, together with what images of the same run
 * will ask for: the engine can't give a layer alone, but several images with each of their layers once.
 * @param root absolute path of the workspace
 * @param others references of images of the same run; the engine may not have them
 * @throws ProblemError when the engine does not give them
 */
export async function listLayers(
  root: string,
  image: Loaded,
  others: readonly string[],
  say: (line: string) => void,
): Promise<readonly LayerListing[]> {
  const listings = new Listings(root);
  const lacks = ({ diffIds }: Loaded): boolean => diffIds.some((one) => !listings.has(one));
  if (lacks(image)) {
    const found = await inspectImages(others.filter((reference) => reference !== image.reference));
    const loaded = [...found].map(([reference, { diffIds }]) => ({ reference, diffIds }));
    const images = [image, ...loaded.filter(lacks)];
    const all = images.flatMap(({ diffIds }) => diffIds);
    const missing = new Set(all.filter((one) => !listings.has(one)));
    const known = new Set(all.filter((one) => !missing.has(one)));
    say(`reads ${missing.size} layers that ${images.length} images of this run have`);
    let bytes = 0;
    let layers = 0;
    const onLayer = (layer: LayerListing): void => {
      listings.write(layer);
      say(`  ${++layers} of ${missing.size}: ${layer.entries.length} entries, ${size(bytes)} read so far`);
    };
    const took = (more: number): void => {
      if (Math.floor((bytes + more) / STEP) > Math.floor(bytes / STEP)) say(`  ${size(bytes + more)} read`);
      bytes += more;
    };
    await readLayers(
      images.map(({ reference }) => reference),
      { diffIds: missing, known },
      onLayer,
      took,
    );
  }
  listings.prune();
  return image.diffIds.map((one) => listings.read(one));
}

/** Writes an audit whole or not at all. */
export function writeAudit(root: string, record: AuditRecord): void {
  writeWhole(join(root, auditPath(record.name)), `${JSON.stringify(record, null, 2)}\n`);
}
