import { Readable } from 'node:stream';
import type { ImageManifest, Manifest, Registry } from '../registry/client.ts';
import { digestOf, OCI_MANIFEST } from '../registry/manifest.ts';
import { repositoryIn, type RegistryAddress } from '../registry/reference.ts';
import { isOddEntry, LARGEST_ENTRY, oddEntry, type CacheStore } from './store.ts';

const ARTIFACT = 'application/vnd.nx-images.nx-cache.v1';
const LAYER = `${ARTIFACT}.tar+gzip`;
/** Source: OCI image specification, manifest.md, "Guidance for an Empty Descriptor". */
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') };

/** The repository of the entries, which has its name as those of the images have theirs. */
export const cacheRepository = (address: RegistryAddress, imageName: string): string =>
  repositoryIn(address, imageName.replace('{name}', 'nx-cache').replace('{tag}', 'latest'));

/** Keeps each entry as an OCI artifact: a manifest, tagged `nx-HASH`, and one layer, the body as Nx sent it. */
export class RegistryStore implements CacheStore {
  readonly #registry: Registry;
  readonly #repository: string;
  readonly #writable: boolean;

  constructor(registry: Registry, repository: string, writable: boolean) {
    this.#registry = registry;
    this.#repository = repository;
    this.#writable = writable;
  }

  async get(hash: string): Promise<Buffer | undefined> {
    const manifest = await this.#manifest(hash);
    if (manifest === undefined) return undefined;
    const { artifactType, layers } = manifest.body;
    const [layer] = layers;
    const odd = (why: string): Error =>
      oddEntry(`${this.#registry.address.host}/${this.#repository}:${tagOf(hash)}`, why);
    if (artifactType !== ARTIFACT || layer === undefined || layers.length > 1)
      throw odd(`it is no artifact ${ARTIFACT} of one layer`);
    if (layer.size > LARGEST_ENTRY) throw odd(`it is larger than ${LARGEST_ENTRY} bytes`);
    return this.#registry.blob(this.#repository, layer);
  }

  async put(hash: string, body: Buffer): Promise<'stored' | 'exists' | 'refused'> {
    if (!this.#writable) return 'refused';
    if (await this.#exists(hash)) return 'exists';
    const manifest: ImageManifest = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType: ARTIFACT,
      config: await this.#push(EMPTY.mediaType, EMPTY.bytes),
      layers: [await this.#push(LAYER, body)],
      annotations: { 'org.opencontainers.image.created': new Date().toISOString() },
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await this.#registry.pushManifest(this.#repository, tagOf(hash), bytes, OCI_MANIFEST);
    return 'stored';
  }

  #manifest(hash: string): Promise<Manifest | undefined> {
    return this.#registry.manifest(this.#repository, tagOf(hash));
  }

  async #exists(hash: string): Promise<boolean> {
    try {
      return (await this.#manifest(hash)) !== undefined;
    } catch (error) {
      if (isOddEntry(error)) return true;
      throw error;
    }
  }

  async #push(mediaType: string, bytes: Buffer): Promise<ImageManifest['config']> {
    const digest = digestOf(bytes);
    const size = bytes.length;
    await this.#registry.pushBlob(this.#repository, { digest, size, open: () => Readable.from([bytes]) });
    return { mediaType, digest, size };
  }
}

const tagOf = (hash: string): string => `nx-${hash}`;
