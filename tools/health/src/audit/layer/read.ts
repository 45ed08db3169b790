import { createHash } from 'node:crypto';
import { extract, type Header } from 'tar-stream';
import { distributionsOf, isMetadata } from './distributions.ts';
import type { LayerEntry, LayerListing, Sighting } from './listing.ts';
import { couldBeBuildSecret, shapeOfName, shapesIn } from './secrets.ts';

/** Bytes; texts up to here are looked into for secrets. */
const LARGEST_SEARCHED = 1024 * 1024;

/** Ends of names whose content is never text. */
const BINARY =
  /\.(pyc|so(\.[\d.]+)?|a|png|jpg|gif|wav|gz|bz2|xz|zip|npy|npz|h5|pt|bin|ttf|otf|mo|cubin|fatbin)$/;

const KINDS: Readonly<Record<string, LayerEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'link',
  symlink: 'symlink',
  directory: 'folder',
};

/** Takes the tar of a layer piece by piece, and says what was in it. Memory: its list of files, and one small file. */
export class LayerReader {
  readonly #tar = extract();
  readonly #hash = createHash('sha256');
  readonly #entries: LayerEntry[] = [];
  readonly #texts = new Map<string, string>();
  readonly #seen: (Sighting & { readonly sha256: string })[] = [];
  readonly #read: Promise<void>;

  constructor() {
    this.#read = this.#takeAll();
    // Whoever writes hears of a failure from `end`.
    this.#read.catch(() => undefined);
  }

  /** Takes the next piece; resolves when it wants another one. */
  async write(piece: Uint8Array): Promise<void> {
    this.#hash.update(piece);
    if (this.#tar.destroyed || this.#tar.write(piece)) return;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        this.#tar.off('drain', go).off('close', go);
        resolve();
      };
      this.#tar.on('drain', go).on('close', go);
    });
  }

  /** What was in it. @throws Error when it was no whole tar */
  async end(): Promise<LayerListing> {
    this.#tar.end(null);
    await this.#read;
    const { listed, brought } = distributionsOf(this.#texts, this.#entries);
    return {
      diffId: `sha256:${this.#hash.digest('hex')}`,
      entries: this.#entries,
      distributions: listed,
      // What a package brought stands on its index for all to read, so it is nobody's secret.
      secrets: this.#seen
        .filter(({ path, sha256 }) => !brought(path, sha256))
        .map(({ shape, path, line }) => ({ shape, path, line })),
    };
  }

  async #takeAll(): Promise<void> {
    for await (const content of this.#tar) {
      const { header } = content;
      const entry = entryOf(header);
      if (entry.kind !== 'file' || entry.bytes === 0 || !this.#wants(entry)) {
        content.resume();
        this.#entries.push(entry);
        continue;
      }
      const pieces: Uint8Array[] = [];
      for await (const piece of content as AsyncIterable<Uint8Array>) pieces.push(piece);
      this.#entries.push(this.#look(entry, Buffer.concat(pieces)));
    }
  }

  #wants = ({ path, bytes }: LayerEntry): boolean =>
    isMetadata(path) || (bytes <= LARGEST_SEARCHED && !BINARY.test(path));

  #look(entry: LayerEntry, content: Buffer): LayerEntry {
    const { path } = entry;
    if (isMetadata(path)) this.#texts.set(path, content.toString('utf8'));
    if (content.subarray(0, 8000).includes(0)) return entry;
    const digest = (): Buffer => createHash('sha256').update(content).digest();
    const named = shapeOfName(path);
    const shapes = named === undefined ? shapesIn(content) : [{ shape: named }];
    if (shapes.length > 0) {
      const sha256 = digest().toString('base64url');
      this.#seen.push(...shapes.map((one) => ({ ...one, path, sha256 })));
    }
    return couldBeBuildSecret(path) ? { ...entry, sha256: digest().toString('hex') } : entry;
  }
}

function entryOf({ name, type, size, mode, linkname }: Header): LayerEntry {
  const kind = KINDS[type] ?? 'other';
  return {
    path: plain(name),
    kind,
    bytes: kind === 'file' ? size : 0,
    ...(kind === 'file' && (mode & 0o6000) !== 0 && { mode }),
    ...(kind === 'link' && { target: plain(linkname) }),
  };
}

const plain = (path: string): string => path.replace(/^(\.?\/)+/, '').replace(/\/+$/, '');
