import { layUp, whiteoutOf } from './chain.ts';
import type { LayerListing } from './layer/listing.ts';
import type { AuditedLayer, AuditRecord } from './record.ts';
import { judge, setuidOf, type Judged } from './rules.ts';
import type { Step } from './steps.ts';

/** What an audit works on: an image, its layers, and what its Dockerfiles say of them. */
export interface Audited extends Omit<Judged, 'changes'> {
  readonly image: string;
  readonly key: string;
}

/** How many of a layer's biggest files are told. */
const BIGGEST = 10;

/** Audits an image. Pure. */
export function audit(image: Audited): AuditRecord {
  const { name, key, base, layers, steps } = image;
  const { hides, changes } = layUp(layers.map(({ entries }) => entries));
  return {
    schema: 1,
    name,
    image: image.image,
    key,
    base,
    layers: layers.map((layer, index) => summary(layer, steps.byLayer[index], hides[index] ?? 0)),
    shared: steps.shared,
    root: steps.root,
    findings: judge({ ...image, changes }),
  };
}

function summary(layer: LayerListing, step: Step | undefined, hides: number): AuditedLayer {
  const whiteouts = layer.entries.filter((entry) => whiteoutOf(entry).length > 0);
  const files = layer.entries.filter((entry) => entry.kind !== 'folder' && whiteoutOf(entry).length === 0);
  return {
    diffId: layer.diffId,
    createdBy: step?.text,
    place: step && `${step.file}:${step.line}`,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    hides,
    whiteouts: whiteouts.length,
    setuid: setuidOf(layer),
    distributions: layer.distributions,
    biggest: files
      .toSorted((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1))
      .slice(0, BIGGEST)
      .map(({ path, bytes }) => ({ path, bytes })),
  };
}
