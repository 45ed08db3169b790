import type { Finding } from '../finding.ts';

/** A Python distribution as its RECORD in one layer says. */
export interface Distribution {
  /** Normalised as PEP 503 has it. */
  readonly name: string;
  readonly version: string;
  /** The folder that Python finds it in. */
  readonly folder: string;
  /** Bytes of the files in this layer that belong to it. */
  readonly bytes: number;
}

/** What one layer holds. Bytes are sums of file sizes, uncompressed, so they are the same in every image store. */
export interface AuditedLayer {
  readonly diffId: string;
  /** The instruction that made it, in short; undefined for layers of the root image. */
  readonly createdBy?: string | undefined;
  /** Where that stands: `FILE:LINE`. */
  readonly place?: string | undefined;
  /** Of all kinds but folders and whiteouts. */
  readonly files: number;
  readonly bytes: number;
  /** Bytes under it that this layer hides: of files it removes or writes anew. */
  readonly hides: number;
  /** How many paths it removes. */
  readonly whiteouts: number;
  /** Paths of its files that run with the rights of their owner or group. */
  readonly setuid: readonly string[];
  readonly distributions: readonly Distribution[];
  /** The biggest files: at most ten, biggest first. */
  readonly biggest: readonly { readonly path: string; readonly bytes: number }[];
}

/** What docker-audit writes for an image: `dist/audit/IMAGE.json`. */
export interface AuditRecord {
  readonly schema: 1;
  readonly name: string;
  readonly image: string;
  readonly key: string;
  /** Name of the image of the family that it stands on. */
  readonly base?: string | undefined;
  /** Root first. */
  readonly layers: readonly AuditedLayer[];
  /** How many of the layers are those of the base; of the root image, where it stands on that. */
  readonly shared: number;
  /** How many of the layers are those of the root image. */
  readonly root: number;
  readonly findings: readonly Finding[];
}

/** Path of an image's audit, relative to the workspace root. */
export const auditPath = (image: string): string => `dist/audit/${image}.json`;
