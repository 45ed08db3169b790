import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished } from 'vitest';
import { Registry } from '../../registry/client.ts';
import type { Manifest } from '../../registry/manifest.ts';
import { parseRegistry } from '../../registry/reference.ts';
import { runOrThrow, type Answer } from '../../testing/docker.ts';
import { Family } from '../../testing/family.ts';
import { TestRegistry } from '../../testing/registry.ts';
import { imagesOf, keyedOf, referenceOf, type Release } from '../release.ts';

const ENGINE = resolve(import.meta.dirname, '../../../../engine/engine.sh');

/** The repositories of the family. */
const REPOSITORIES = ['base', 'leaf-high', 'leaf-low', 'python', 'nx-cache'];

/** A client of a registry of the tests. */
export const at = ({ host }: TestRegistry, path = 't'): Registry =>
  new Registry(parseRegistry(`${host}/${path}`));

/** The tag of an image's content, of a release. */
export const keyTagIn = (release: Release, name: string): string =>
  imagesOf(release, [name]).map((image) => keyedOf(image).replace(/.*:/, ''))[0] ?? '';

/** A family of images with a registry, to make releases of. */
export class Releasing {
  readonly family: Family;
  readonly registry: TestRegistry;

  private constructor(family: Family, registry: TestRegistry) {
    this.family = family;
    this.registry = registry;
  }

  static async create(): Promise<Releasing> {
    return new Releasing(await Family.create(), await TestRegistry.start());
  }

  async dispose(): Promise<void> {
    await this.registry.stop();
    await this.family.dispose();
  }

  /** Runs a verb of the family. */
  images(verb: string, ...args: readonly string[]): Promise<Answer> {
    return this.family.nx(['run', `images:${verb}`, ...args], this.#environment());
  }

  /** As `images`, and it must succeed. @returns its output */
  async done(verb: string, ...args: readonly string[]): Promise<string> {
    const { code, output } = await this.images(verb, ...args);
    expect(code, output).toBe(0);
    return output;
  }

  /** Builds all images and publishes them. */
  async publish(): Promise<void> {
    const env = { ...this.#environment(), NX_IMAGES_PUBLISH: 'true' };
    const { code, output } = await this.family.build({ env });
    expect(code, output).toBe(0);
  }

  /** The release in a file of the workspace. */
  read(file: string): Release {
    const text = readFileSync(join(this.family.root, file), 'utf8');
    return (JSON.parse(text) as { 'x-release': Release })['x-release'];
  }

  /** Where a registry has an image of the family. */
  repositoryOf(name: string, path = 't'): string {
    return `${path}/${this.family.image(name)}`;
  }

  /** What a registry means by a tag of an image of the family. */
  async digestAt(where: TestRegistry, name: string, tag: string): Promise<string | undefined> {
    return (await at(where).manifest(this.repositoryOf(name), tag))?.digest;
  }

  /** The tags in the registry, by the names of its repositories, sorted. */
  async tags(): Promise<Record<string, readonly string[]>> {
    const tagsOf = (name: string) => at(this.registry).tags(this.repositoryOf(name));
    return Object.fromEntries(
      await Promise.all(REPOSITORIES.map(async (name) => [name, [...(await tagsOf(name))].sort()] as const)),
    );
  }

  /** The manifest of an image of a release, as the registry has it. */
  async manifestIn(release: Release, name: string): Promise<Manifest> {
    const [image] = imagesOf(release, [name]);
    const digest = image && referenceOf(release, image).replace(/.*@/, '');
    const manifest = digest && (await at(this.registry).manifest(this.repositoryOf(name), digest));
    if (!manifest) throw new Error(`${name} is not in the registry`);
    return manifest;
  }

  /** Copies the blobs of an image to a path of another registry. @returns its repository there */
  async copyBlobs(name: string, { body }: Manifest, to: TestRegistry, path: string): Promise<string> {
    const repository = this.repositoryOf(name, path);
    for (const blob of [body.config, ...body.layers]) {
      const bytes = await at(this.registry).blob(this.repositoryOf(name), blob);
      const { digest, size } = blob;
      await at(to, path).pushBlob(repository, { digest, size, open: () => Readable.from([bytes]) });
    }
    return repository;
  }

  /** Pushes an entry of Nx's cache that was made so many days ago. */
  async pushCacheEntry(hash: string, days: number): Promise<void> {
    const repository = this.repositoryOf('nx-cache');
    const empty = Buffer.from('{}');
    const blob = {
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
    };
    await at(this.registry).pushBlob(repository, { ...blob, open: () => Readable.from([empty]) });
    const created = new Date(Date.now() - days * 86_400_000).toISOString();
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      artifactType: 'application/vnd.nx-images.nx-cache.v1',
      config: blob,
      layers: [blob],
      annotations: { 'org.opencontainers.image.created': created },
    };
    await at(this.registry).pushManifest(
      repository,
      `nx-${hash}`,
      Buffer.from(JSON.stringify(manifest)),
      mediaType,
    );
  }

  #environment() {
    return { NX_IMAGES_REGISTRY: `${this.registry.host}/t`, NX_IMAGES_PUBLISH: undefined };
  }
}

/** Makes an empty engine that one of the environment until the test ends. @param store `containerd` or `overlay2` */
export async function useEmptyEngine(store: string): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'nximages-engine-'));
  const env = { ENGINE_PRIVATE: '1', ENGINE_HOME: home, ENGINE_STORE: store };
  const usual = process.env['DOCKER_HOST'];
  onTestFinished(async () => {
    if (usual === undefined) delete process.env['DOCKER_HOST'];
    else process.env['DOCKER_HOST'] = usual;
    await runOrThrow(ENGINE, ['remove'], { env });
    await rm(home, { recursive: true, force: true });
  });
  await runOrThrow(ENGINE, ['start'], { env });
  process.env['DOCKER_HOST'] = `unix://${home}/run/docker.sock`;
}
