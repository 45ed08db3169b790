import { createHash, type Hash } from 'node:crypto';
import { digestMismatch, notAnImage, unexpected, type Subject } from './problems.ts';

/** What a manifest says of a blob. Source: OCI image specification, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes, as stored. */
  readonly size: number;
}

/** Source: OCI image specification, manifest.md. */
export interface ImageManifest {
  readonly schemaVersion: number;
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  /** Root first. */
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The manifest of one image, as a registry has it. */
export interface Manifest extends Descriptor {
  /** Exactly as served. */
  readonly bytes: Buffer;
  readonly body: ImageManifest;
}

/** Media type of a manifest. Source: OCI image specification, media-types.md. */
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const INDEXES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** Indexes too: a registry that may not serve one says that nothing is there. */
export const ACCEPTED_MANIFESTS = [OCI_MANIFEST, DOCKER_MANIFEST, ...INDEXES].join(', ');

/** Registries take none that is larger. Source: OCI distribution specification, "Pushing Manifests". */
export const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** `sha256:…` of bytes. */
export const digestOf = (bytes: Buffer): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Whether a reference within a repository is a digest; else it is a tag. */
export const isDigest = (reference: string): boolean => reference.includes(':');

/** A hash of the algorithm of a digest. @throws ProblemError for an unknown one */
export function hashFor(digest: string, subject: Subject): Hash {
  const [algorithm = ''] = digest.split(':');
  if (!/^sha(256|384|512)$/.test(algorithm)) throw digestMismatch(subject, `"${digest}" is no digest`);
  return createHash(algorithm);
}

/**
 * Reads a manifest as it was served.
 * @param digests what its digest is to be: as asked for, as the registry tells
 * @throws ProblemError `registry-not-an-image`, `digest-mismatch`
 */
export function readManifest(
  bytes: Buffer,
  contentType: string,
  digests: readonly string[],
  subject: Subject,
): Manifest {
  if (bytes.length > LARGEST_MANIFEST) throw notAnImage(subject, 'something larger than 4 MiB');
  for (const digest of digests) {
    const actual = `${digest.split(':')[0] ?? ''}:${hashFor(digest, subject).update(bytes).digest('hex')}`;
    if (actual !== digest) throw digestMismatch(subject, `the bytes have ${actual}, not ${digest}`);
  }
  const body = parse(bytes, subject);
  const served = contentType.replace(/\s*;.*$/, '');
  const mediaType = /^application\/vnd\./.test(served) ? served : (body.mediaType ?? served);
  if (INDEXES.includes(mediaType)) throw notAnImage(subject, `an index of several (${mediaType})`);
  if (mediaType !== OCI_MANIFEST && mediaType !== DOCKER_MANIFEST)
    throw notAnImage(subject, `"${mediaType.slice(0, 100)}"`);
  if (!isDescriptor(body.config) || !Array.isArray(body.layers) || !body.layers.every(isDescriptor))
    throw notAnImage(subject, 'a manifest without a config or layers');
  return { mediaType, digest: digests[0] ?? digestOf(bytes), size: bytes.length, bytes, body };
}

/** Reads a page of a list of tags. @throws ProblemError */
export function readTags(bytes: Buffer, subject: Subject): readonly string[] {
  try {
    // Null where the last tag was deleted.
    return (JSON.parse(bytes.toString()) as { tags?: string[] | null }).tags ?? [];
  } catch {
    throw unexpected(subject, 'a list of tags that is no JSON');
  }
}

function parse(bytes: Buffer, subject: Subject): ImageManifest {
  try {
    const body: unknown = JSON.parse(bytes.toString());
    if (typeof body === 'object' && body !== null) return body as ImageManifest;
  } catch {
    // Said below.
  }
  throw notAnImage(subject, 'something that is no manifest');
}

function isDescriptor(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { mediaType, digest, size } = value as Partial<Descriptor>;
  return typeof mediaType === 'string' && typeof digest === 'string' && Number.isSafeInteger(size);
}
