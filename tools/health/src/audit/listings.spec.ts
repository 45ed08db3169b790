import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Listings } from './listings.ts';
import { layerOf } from './testing/tars.ts';

const DAY = 24 * 3600 * 1000;

test('a listing is there as it was read, also for the next run', async () => {
  const root = tempFolder();
  const layer = await layerOf(['a', 'text']);
  const listings = new Listings(root);
  expect(listings.has(layer.diffId)).toBe(false);
  listings.write(layer);
  expect(new Listings(root).read(layer.diffId)).toEqual(layer);
});

test('what nobody has read for a week goes, what was read stays, however old it is', async () => {
  const root = tempFolder();
  const [read, unread] = [await layerOf(['a', '1']), await layerOf(['b', '2'])];
  const listings = new Listings(root);
  for (const layer of [read, unread]) listings.write(layer);
  const folder = join(root, 'dist/audit/layers');
  const [version = ''] = readdirSync(folder);
  for (const name of readdirSync(join(folder, version)))
    utimesSync(join(folder, version, name), new Date(Date.now() - 8 * DAY), new Date(Date.now() - 8 * DAY));
  listings.read(read.diffId);
  listings.prune();
  expect([listings.has(read.diffId), listings.has(unread.diffId)]).toEqual([true, false]);
});
