import { ProblemError } from '@cp-whisperx-app/problem';
import { tagOf } from '../model/image-name.ts';
import { KEY_LABEL, type BuildPlan } from '../plan/plan.ts';
import type { Descriptor, Manifest, Registry } from './client.ts';
import { repositoryIn } from './reference.ts';

/** An image as a registry has it. */
export interface PublishedImage {
  /** `HOST/REPOSITORY@sha256:…` */
  readonly reference: string;
  readonly manifest: Manifest;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: string;
  /** Digests of the uncompressed layers, root first. */
  readonly diffIds: readonly string[];
  /** The instruction that made each layer, in the same order. */
  readonly createdBy: readonly string[];
}

/**
 * The image that a registry has under a tag or digest; undefined when it has none.
 * @param image a name of it, for its repository
 * @throws ProblemError as Registry does, and `registry-image-damaged`
 */
export async function readImage(
  registry: Registry,
  image: string,
  tagOrDigest: string,
): Promise<PublishedImage | undefined> {
  const repository = repositoryIn(registry.address, image);
  const manifest = await registry.manifest(repository, tagOrDigest);
  if (manifest === undefined) return undefined;
  const config = readConfig(await registry.blob(repository, manifest.body.config));
  if (config?.diffIds.length !== manifest.body.layers.length)
    throw new ProblemError({
      code: 'registry-image-damaged',
      message: `${registry.address.host}/${repository}:${tagOrDigest} has a configuration that does not fit its layers`,
      mend: 'take that tag from the registry; the next publishing run puts the image there anew',
    });
  return { ...config, reference: `${registry.address.host}/${repository}@${manifest.digest}`, manifest };
}

/**
 * The image of a plan, by its key, and nothing else.
 * @throws ProblemError as `readImage` and `checkImage`
 */
export async function findImage(registry: Registry, plan: BuildPlan): Promise<PublishedImage | undefined> {
  const image = await readImage(registry, plan.keyed, tagOf(plan.keyed));
  if (image !== undefined) checkImage(image, plan);
  return image;
}

/** @throws ProblemError `registry-key-mismatch`, `registry-wrong-platform`: an image is not that of a plan */
export function checkImage(image: PublishedImage, plan: BuildPlan): void {
  const key = image.labels[KEY_LABEL];
  const mend = `take the tag ${tagOf(plan.keyed)} from that repository, then publish ${plan.name} again`;
  if (key !== plan.key)
    throw new ProblemError({
      code: 'registry-key-mismatch',
      message: `${image.reference} has ${key === undefined ? 'no key' : `the key ${key}`}, not ${plan.key}`,
      mend,
    });
  if (image.platform !== plan.platform)
    throw new ProblemError({
      code: 'registry-wrong-platform',
      message: `${image.reference} is ${image.platform}, not ${plan.platform}`,
      mend,
    });
}

/**
 * @throws ProblemError `registry-base-mismatch` when an image does not stand on the base that the same registry has
 * under the base's key: each may be right by itself, but they do not belong together.
 */
export function checkBase(image: PublishedImage, base: PublishedImage, plan: BuildPlan): void {
  if (standsOn(image.diffIds, base.diffIds)) return;
  throw new ProblemError({
    code: 'registry-base-mismatch',
    message: `${image.reference} does not stand on ${base.reference}, which is the ${plan.base ?? 'base'} of its key`,
    mend: `take the tag ${tagOf(plan.keyed)} from that repository, then publish ${plan.name} again`,
  });
}

/** Whether an image begins with all layers of another. */
export const standsOn = (diffIds: readonly string[], base: readonly string[]): boolean =>
  base.every((layer, index) => layer === diffIds[index]);

/** Bytes to fetch for layers, each once. */
export const transferSize = (layers: readonly Pick<Descriptor, 'digest' | 'size'>[]): number =>
  [...new Map(layers.map(({ digest, size }) => [digest, size])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );

/** Source: OCI image specification, config.md. */
function readConfig(bytes: Buffer): Omit<PublishedImage, 'reference' | 'manifest'> | undefined {
  try {
    const config = JSON.parse(bytes.toString()) as {
      os: string;
      architecture: string;
      variant?: string;
      config?: { Labels?: Record<string, string> | null };
      rootfs: { diff_ids: string[] };
      history?: { created_by?: string; empty_layer?: boolean }[];
    };
    const history = (config.history ?? []).filter((entry) => entry.empty_layer !== true);
    return {
      labels: config.config?.Labels ?? {},
      platform: [config.os, config.architecture, ...(config.variant ? [config.variant] : [])].join('/'),
      diffIds: config.rootfs.diff_ids,
      createdBy: history.map((entry) => entry.created_by ?? ''),
    };
  } catch {
    return undefined;
  }
}
