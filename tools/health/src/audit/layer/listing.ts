/** What a layer holds, as its tar says it. It is a function of the layer alone, so it is kept by its diffID. */
export interface LayerListing {
  /** `sha256:…` of the uncompressed tar. */
  readonly diffId: string;
  readonly entries: readonly LayerEntry[];
  readonly distributions: readonly ListedDistribution[];
  readonly secrets: readonly Sighting[];
}

/** One entry of a layer's tar, in its order. */
export interface LayerEntry {
  /** Without `/` before or after it; of a whiteout as the tar has it, `a/.wh.b`. */
  readonly path: string;
  readonly kind: 'file' | 'link' | 'symlink' | 'folder' | 'other';
  /** Of its content in this tar: a hard link has none. */
  readonly bytes: number;
  /** Only where it is setuid or setgid, and no folder. */
  readonly mode?: number | undefined;
  /** The path that a hard link shares its content with. */
  readonly target?: string | undefined;
  /** Of texts that a secret of the build could be. */
  readonly sha256?: string | undefined;
}

export interface ListedDistribution {
  /** Normalised as PEP 503 has it. */
  readonly name: string;
  readonly version: string;
  /** The folder that Python finds it in. */
  readonly folder: string;
  /** Of its files in this layer, and of their bytecode. */
  readonly bytes: number;
}

/** Something of a secret's shape. What it says is kept nowhere. */
export interface Sighting {
  /** `a private key`, `the token of a GitHub account`. */
  readonly shape: string;
  readonly path: string;
  /** 1-based; undefined where the file's name tells it. */
  readonly line?: number | undefined;
}
