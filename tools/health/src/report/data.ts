/** A Python package as it stands in a layer. */
export interface ReportPackage {
  readonly name: string;
  readonly version: string;
  readonly bytes: number;
}

/** One layer, however many images have it. */
export interface ReportLayer {
  readonly diffId: string;
  readonly bytes: number;
  /** The instruction that made it, in short. */
  readonly step: string;
  /** Where that stands: `FILE:LINE`; undefined where no Dockerfile of the family has it. */
  readonly place?: string | undefined;
  /** The first image that adds it; ROOT for what the root image brings. */
  readonly owner: string;
  /** All that have it, bases first. */
  readonly images: readonly string[];
  /** Biggest first; undefined where nobody read the layer. */
  readonly packages?: readonly ReportPackage[] | undefined;
}

/** Bytes of one image, by its layers. */
interface Sizes {
  readonly whole: number;
  /** Of the layers that it adds to its base. */
  readonly own: number;
  /** Of the layers that another image of the family has, too: its base, or one beside it. */
  readonly shared: number;
}

export interface ReportImage {
  readonly name: string;
  /** Full name with tag. */
  readonly image: string;
  readonly device: 'CPU' | 'GPU';
  readonly base?: string | undefined;
  /** Undefined where there is no record of it. */
  readonly sizes?: Sizes | undefined;
  /** ISO 8601; undefined where the engine does not have it. */
  readonly built?: string | undefined;
  /** What the build took; undefined where this machine did not build it. */
  readonly seconds?: number | undefined;
  /** Where the image of the present sources is: `engine`, the registry's name. Undefined where the engine did not answer. */
  readonly places?: readonly string[] | undefined;
}

/** What all images stand on, as the owner of layers. */
export const ROOT = 'root';

/** The family at one moment. Bytes are uncompressed, but where a note says otherwise. */
export interface ReportData {
  /** ISO 8601 */
  readonly made: string;
  /** Bases first. */
  readonly images: readonly ReportImage[];
  /** In the order of the images, root first. */
  readonly layers: readonly ReportLayer[];
  /** Of all layers, each once. */
  readonly unique: number;
  /** Of all images, were nothing shared. */
  readonly naive: number;
  /** In how many layers torch stands, and how many images have one; undefined where not all layers were read. */
  readonly torch?: { readonly copies: number; readonly images: number } | undefined;
  /** Sentences: what is not known, and the command that mends it. */
  readonly notes: readonly string[];
}
