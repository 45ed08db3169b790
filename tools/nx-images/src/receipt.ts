import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EngineImage, EngineInfo, HistoryEntry } from './engine/docker.ts';
import type { KeyInputs } from './plan/key.ts';
import type { BuildPlan } from './plan/plan.ts';

/** One layer of an image. */
export interface Layer {
  readonly diffId: string;
  /** Bytes, uncompressed; undefined for a layer that this image's history does not tell apart. */
  readonly size?: number | undefined;
  /** The instruction that made it. */
  readonly createdBy?: string | undefined;
}

/** The record of one built image: what it is, what it was made from, what came out. */
export interface Receipt {
  readonly schema: 1;
  readonly name: string;
  readonly image: string;
  readonly key: string;
  /** Where it was seen: id (or digest) by place. */
  readonly places: { readonly engine: string };
  readonly base?: { readonly name: string; readonly key: string } | undefined;
  /** Root first. */
  readonly layers: readonly Layer[];
  /** Bytes, uncompressed: of the layers that it adds to its base, and of all. */
  readonly size: { readonly own: number; readonly total: number };
  /** How it was made; undefined when it was found in the engine. */
  readonly build?:
    | { readonly seconds: number; readonly engine: string; readonly store: string; readonly buildx: string }
    | undefined;
  readonly inputs: KeyInputs;
}

/** Path of an image's receipt, relative to the workspace root. */
export const receiptPath = (name: string): string => `dist/images/${name}.json`;

/** Puts together what is known of an image. Pure. */
export function makeReceipt(
  plan: BuildPlan,
  image: EngineImage,
  history: readonly HistoryEntry[],
  base: { readonly key: string; readonly diffIds: readonly string[] } | undefined,
  build: { readonly seconds: number; readonly engine: EngineInfo } | undefined,
): Receipt {
  const layers = matchLayers(image.diffIds, history);
  const own = layers.slice(base?.diffIds.length ?? 0);
  const sum = (part: readonly Layer[]): number => part.reduce((total, { size = 0 }) => total + size, 0);
  return {
    schema: 1,
    name: plan.name,
    image: plan.image,
    key: plan.key,
    places: { engine: image.id },
    base: base && plan.base !== undefined ? { name: plan.base, key: base.key } : undefined,
    layers,
    size: { own: sum(own), total: sum(layers) },
    build: build && {
      seconds: Math.round(build.seconds * 10) / 10,
      engine: build.engine.version,
      store: build.engine.store,
      buildx: build.engine.buildx,
    },
    inputs: plan.inputs,
  };
}

/**
 * Which instruction made which layer. History has lines for metadata too, and does not say which; those that make
 * a layer, be it an empty one of 0 bytes (overlay2), are known by their instruction, newest first.
 * Source: OCI image specification, config.md, `history` (its `empty_layer` is not told by the engine); BuildKit,
 * frontend/dockerfile/dockerfile2llb/convert.go, `commitToHistory`.
 */
function matchLayers(diffIds: readonly string[], history: readonly HistoryEntry[]): Layer[] {
  const writers = history
    .filter(({ createdBy, size }) => size > 0 || /^(RUN|COPY|ADD|WORKDIR (?!\/$))/.test(createdBy))
    .reverse();
  const offset = writers.length - diffIds.length;
  return diffIds.map((diffId, index) => ({
    diffId,
    size: writers[index + offset]?.size,
    createdBy: writers[index + offset]?.createdBy.replace(/\s+/g, ' ').slice(0, 200),
  }));
}

/** The key in an image's receipt; undefined when there is none that can be read. */
export function recordedKey(root: string, name: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(root, receiptPath(name)), 'utf8')) as Partial<Receipt>).key;
  } catch {
    return undefined;
  }
}

/** Writes a receipt whole or not at all. */
export function writeReceipt(root: string, receipt: Receipt): void {
  const path = join(root, receiptPath(receipt.name));
  mkdirSync(dirname(path), { recursive: true });
  // Two runs at once may write the same receipt.
  const draft = `${path}.${process.pid}.new`;
  writeFileSync(draft, `${JSON.stringify(receipt, null, 2)}\n`);
  renameSync(draft, path);
}
