import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEntry } from './engine/docker.ts';
import type { Ensured } from './places/context.ts';
import type { KeyInputs } from './plan/key.ts';
import type { Descriptor } from './registry/client.ts';
import { transferSize } from './registry/images.ts';
import { writeWhole } from './write-whole.ts';

/** One layer of an image. */
export interface Layer {
  readonly diffId: string;
  /** Bytes on disk; undefined where it is not known: out of the engine, or not told apart by the image's history. */
  readonly size?: number | undefined;
  /** As a registry has it: digest and bytes, compressed. */
  readonly blob?: { readonly digest: string; readonly size: number } | undefined;
  /** The instruction that made it. */
  readonly createdBy?: string | undefined;
}

/** Bytes of the layers that an image adds to its base, and of all. */
interface Size {
  readonly own: number;
  readonly total: number;
}

/** The record of one image: what it is, what it was made from, what came out. */
export interface Receipt {
  readonly schema: 2;
  readonly name: string;
  readonly image: string;
  readonly key: string;
  /** Where it was seen: the engine's id, the registry's `HOST/REPOSITORY@sha256:…`. */
  readonly places: { readonly engine?: string | undefined; readonly registry?: string | undefined };
  readonly base?: { readonly name: string; readonly key: string } | undefined;
  /** Root first. */
  readonly layers: readonly Layer[];
  /** On disk, where it is in the engine. */
  readonly size?: Size | undefined;
  /** To fetch, where it is in a registry. */
  readonly transfer?: Size | undefined;
  /** How it was made; undefined when it was found. */
  readonly build?: { readonly seconds: number; readonly by: string } | undefined;
  /** What its name meant before in the same place, and the bytes of that: of `size.total` or `transfer.total`. */
  readonly former?: { readonly key: string; readonly size: number } | undefined;
  readonly inputs: KeyInputs;
}

/**
 * The instruction that made a layer, without what BuildKit writes around it in an image's history. Pure.
 * Source: BuildKit, frontend/dockerfile/dockerfile2llb/convert.go, `runCommandString` and `commitToHistory`.
 */
export const plainInstruction = (createdBy: string): string =>
  createdBy
    .replace(/^RUN (\|\d+ (.*? (?=\/bin\/sh -c )|(\S+=\S* )*))?(\/bin\/sh -c )?/, 'RUN ')
    .replace(/ # buildkit$/, '');

/** Path of an image's receipt, relative to the workspace root. It is the output that Nx caches. */
export const receiptPath = (name: string): string => `dist/images/${name}.json`;

/** Path of the same as this machine wrote it last: Nx restores the receipt of the machine that ran the task. */
const ownReceiptPath = (name: string): string => `dist/images/here/${name}.json`;

/**
 * Puts together what is known of an image. Pure.
 * @param history of the image in the engine; none where it is not there
 * @param base what it stands on, in the same place
 */
export function makeReceipt(
  { plan, loaded, published, build, former }: Ensured,
  history: readonly HistoryEntry[],
  base: Ensured | undefined,
): Receipt {
  const diffIds = (loaded ?? published)?.diffIds ?? [];
  const layers = matchLayers(
    diffIds,
    loaded === undefined
      ? (published?.createdBy.map((createdBy) => ({ createdBy })) ?? [])
      : writers(history),
    published?.manifest.body.layers ?? [],
  );
  const own = layers.slice((base?.loaded ?? base?.published)?.diffIds.length ?? 0);
  const onDisk = (part: readonly Layer[]): number => part.reduce((sum, { size = 0 }) => sum + size, 0);
  const toFetch = (part: readonly Layer[]): number => transferSize(part.flatMap(({ blob }) => blob ?? []));
  return {
    schema: 2,
    name: plan.name,
    image: plan.image,
    key: plan.key,
    places: { engine: loaded?.id, registry: published?.reference },
    base: base && { name: base.plan.name, key: base.plan.key },
    layers,
    size: loaded && { own: onDisk(own), total: onDisk(layers) },
    transfer: published && { own: toFetch(own), total: toFetch(layers) },
    build: build && { ...build, seconds: Math.round(build.seconds * 10) / 10 },
    former,
    inputs: plan.inputs,
  };
}

/**
 * The entries of a history that made a layer, oldest first. The engine's history has lines for metadata too, and does
 * not say which; those that make a layer, be it an empty one of 0 bytes (overlay2), are known by their instruction.
 * Source: OCI image specification, config.md, `history` (its `empty_layer` is not told by the engine); BuildKit,
 * frontend/dockerfile/dockerfile2llb/convert.go, `commitToHistory`.
 */
const writers = (history: readonly HistoryEntry[]): readonly HistoryEntry[] =>
  history
    .filter(({ createdBy, size }) => size > 0 || /^(RUN|COPY|ADD|WORKDIR (?!\/$))/.test(createdBy))
    .reverse();

/** Which entry made which layer: the last made the last. */
function matchLayers(
  diffIds: readonly string[],
  made: readonly Partial<HistoryEntry>[],
  blobs: readonly Descriptor[],
): Layer[] {
  const offset = made.length - diffIds.length;
  return diffIds.map((diffId, index) => {
    const { size, createdBy } = made[index + offset] ?? {};
    const blob = blobs[index];
    return {
      diffId,
      size,
      blob: blob && { digest: blob.digest, size: blob.size },
      createdBy: createdBy?.replace(/\s+/g, ' ').slice(0, 200),
    };
  });
}

/** The receipt of an image, or what is wrong with what is there; undefined when nothing is. */
export const readReceipt = (root: string, name: string): Receipt | { readonly wrong: string } | undefined =>
  read(join(root, receiptPath(name)), name);

/** The receipt that this machine wrote last for an image; undefined when there is none. */
export function readOwnReceipt(root: string, name: string): Receipt | undefined {
  const receipt = read(join(root, ownReceiptPath(name)), name);
  return receipt === undefined || 'wrong' in receipt ? undefined : receipt;
}

/** Writes a receipt whole or not at all. */
export function writeReceipt(root: string, receipt: Receipt): void {
  for (const file of [ownReceiptPath(receipt.name), receiptPath(receipt.name)])
    writeWhole(join(root, file), `${JSON.stringify(receipt, null, 2)}\n`);
}

function read(path: string, name: string): Receipt | { readonly wrong: string } | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const receipt = JSON.parse(readFileSync(path, 'utf8')) as Partial<Receipt> | null;
    if (receipt?.schema !== 2) return { wrong: 'is of another version of this plugin' };
    if (receipt.name !== name) return { wrong: `is that of ${String(receipt.name)}` };
    if (typeof receipt.key !== 'string' || typeof (receipt.places ?? '') !== 'object')
      return { wrong: 'is damaged' };
    return receipt as Receipt;
  } catch {
    return { wrong: 'is damaged' };
  }
}
