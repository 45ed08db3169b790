import { hueOf } from './hues.ts';
import { ROOT, type ReportData, type ReportLayer } from './data.ts';

/** A part of the family's bytes, and its parts. */
export interface MapNode {
  readonly name: string;
  readonly bytes: number;
  /** What else a person wants to know of it. */
  readonly about: string;
  /** Class of its colour. */
  readonly hue: string;
  /** Biggest first; none where it is not known what it is made of. */
  readonly parts: readonly MapNode[];
}

/** The bytes of all layers, each once: by the image that adds them, the layer, the package. Pure. */
export function mapOf(data: ReportData): MapNode {
  const owners = [ROOT, ...data.images.map(({ name }) => name)];
  const images = owners.flatMap((owner): MapNode[] => {
    const hue = hueOf(owner, data.images);
    const layers = data.layers.filter((layer) => layer.owner === owner && layer.bytes > 0);
    if (layers.length === 0) return [];
    const about = owner === ROOT ? 'what all images stand on' : `added by ${owner}`;
    return [
      node(
        owner,
        about,
        hue,
        layers.map((layer) => layerNode(layer, hue)),
      ),
    ];
  });
  return node('All images', 'each layer once', '', images);
}

const node = (name: string, about: string, hue: string, parts: readonly MapNode[]): MapNode => ({
  name,
  about,
  hue,
  bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  parts: parts.toSorted((one, other) => other.bytes - one.bytes),
});

/** What no package has is the rest: files of others, and what the file system needs for them. */
function layerNode({ step, place, images, bytes, packages = [] }: ReportLayer, hue: string): MapNode {
  const has =
    images.length === 1 ? `only in ${images[0] ?? ''}` : `in ${images.length} images: ${images.join(', ')}`;
  const about = place === undefined ? has : `${place}, ${has}`;
  const some = packages.filter((one) => one.bytes > 0);
  if (some.length === 0) return { name: step, about, hue, bytes, parts: [] };
  const rest = bytes - some.reduce((sum, one) => sum + one.bytes, 0);
  return {
    ...node(step, about, hue, [
      ...some.map((one) => ({
        name: `${one.name} ${one.version}`,
        about: has,
        hue,
        bytes: one.bytes,
        parts: [],
      })),
      ...(rest > 0 ? [{ name: 'other files', about: 'of no package', hue, bytes: rest, parts: [] }] : []),
    ]),
    bytes,
  };
}
