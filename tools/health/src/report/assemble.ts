import {
  chainOf,
  plainInstruction,
  type ImageGraph,
  type Layer,
  type LinkedImage,
  type Receipt,
} from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import type { Distribution } from '../audit/record.ts';
import { stepsOf } from '../audit/steps.ts';
import { ROOT, type ReportData, type ReportImage, type ReportLayer } from './data.ts';
import { deviceOf } from './device.ts';
import { notesOf } from './notes.ts';

/** What was found of one image. */
export interface Found {
  /** Key of its sources as they are now. */
  readonly key: string;
  readonly receipt?: Receipt | undefined;
  readonly built?: string | undefined;
  readonly seconds?: number | undefined;
  readonly places?: readonly string[] | undefined;
}

/** What was found of the family. */
export interface Family {
  readonly made: string;
  readonly graph: ImageGraph;
  readonly found: ReadonlyMap<string, Found>;
  /** By the digest of a layer that was read. */
  readonly packages: ReadonlyMap<string, readonly Distribution[]>;
  /** Sentences about what did not answer. */
  readonly unanswered: readonly string[];
}

/** Puts together what was found. Pure. */
export function assemble(family: Family): ReportData {
  const { graph, found, packages, made } = family;
  const receipts = [...graph.keys()].flatMap((name) => found.get(name)?.receipt ?? []);
  const layers = layersOf(family, receipts);
  const byId = new Map(layers.map((layer) => [layer.diffId, layer]));
  const images = [...graph.values()].map((image) => imageOf(image, family, byId));
  const known = images.flatMap(({ sizes }) => sizes ?? []);
  const torch = layers.filter((layer) => layer.packages?.some(({ name }) => name === 'torch'));
  const allRead = layers.length > 0 && layers.every(({ diffId }) => packages.has(diffId));
  return {
    made,
    images,
    layers,
    unique: sum(layers),
    naive: known.reduce((all, { whole }) => all + whole, 0),
    torch: allRead
      ? { copies: torch.length, images: new Set(torch.flatMap((layer) => layer.images)).size }
      : undefined,
    notes: notesOf(family, layers),
  };
}

function layersOf({ graph, packages }: Family, receipts: readonly Receipt[]): readonly ReportLayer[] {
  const layers = new Map<string, ReportLayer>();
  for (const { name, layers: own } of receipts) {
    const { steps, root } = stepsIn(name, own, graph);
    own.forEach((layer, index) => {
      const { diffId } = layer;
      const before = layers.get(diffId);
      const step = steps[index];
      const read = packages.get(diffId)?.map(({ name, version, bytes }) => ({ name, version, bytes }));
      layers.set(
        diffId,
        before
          ? { ...before, images: [...before.images, name] }
          : {
              diffId,
              bytes: bytesOf(layer),
              step:
                index < root
                  ? 'root image'
                  : (step?.text ?? (plainInstruction(layer.createdBy ?? '') || 'not told')),
              place: step && `${step.file}:${step.line}`,
              owner: index < root ? ROOT : (step?.image ?? name),
              images: [name],
              packages: read?.toSorted((one, other) => other.bytes - one.bytes),
            },
      );
    });
  }
  return [...layers.values()];
}

/** A receipt of other sources may not fit the Dockerfiles: then nothing tells what the root image brought. */
function stepsIn(
  name: string,
  layers: readonly Layer[],
  graph: ImageGraph,
): { steps: ReturnType<typeof stepsOf>['byLayer']; root: number } {
  try {
    const { byLayer, root } = stepsOf(name, chainOf(graph, name), layers.length, graph);
    return { steps: byLayer, root };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { steps: [], root: 0 };
  }
}

/** On disk, else to fetch. */
const bytesOf = ({ size, blob }: Layer): number => size ?? blob?.size ?? 0;

const sum = (layers: readonly ReportLayer[]): number => layers.reduce((all, { bytes }) => all + bytes, 0);

function imageOf(image: LinkedImage, family: Family, byId: ReadonlyMap<string, ReportLayer>): ReportImage {
  const { graph, found } = family;
  const { name, base } = image;
  const { receipt, built, seconds, places } = found.get(name) ?? {};
  const layers = receipt?.layers.flatMap(({ diffId }) => byId.get(diffId) ?? []) ?? [];
  const added = receipt && addedBy(image, receipt, family);
  return {
    name,
    image: image.image,
    device: deviceOf(name, graph),
    base,
    sizes: added && {
      whole: sum(layers),
      own: sum(added.flatMap(({ diffId }) => byId.get(diffId) ?? [])),
      shared: sum(layers.filter(({ images }) => images.length > 1)),
    },
    built,
    seconds,
    places,
  };
}

/** The layers that an image adds to its base, or to the root image; undefined where nothing tells them. */
function addedBy(
  { name, base }: LinkedImage,
  { layers }: Receipt,
  { graph, found }: Family,
): readonly Layer[] | undefined {
  const { steps } = stepsIn(name, layers, graph);
  if (steps.length > 0) return layers.filter((_, index) => steps[index]?.image === name);
  const under = base === undefined ? [] : found.get(base)?.receipt?.layers.map(({ diffId }) => diffId);
  return under && layers.filter(({ diffId }) => !under.includes(diffId));
}
